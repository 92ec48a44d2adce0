package dev.evertoken.providers.internal.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The maximum depth of a body, since the server controls the input. */
class ResponseJsonTest {

    private static final int DEEPEST = 32;

    @Test
    void listsAndObjectsAreReadUpToTheMaximumDepth() {
        assertThat(ResponseJson.array("[".repeat(DEEPEST) + "]".repeat(DEEPEST)))
                .isPresent();
        assertThat(ResponseJson.array("[".repeat(DEEPEST + 1) + "]".repeat(DEEPEST + 1)))
                .isEmpty();
        assertThat(ResponseJson.object(objects(DEEPEST))).isPresent();
        assertThat(ResponseJson.object(objects(DEEPEST + 1))).isEmpty();
    }

    @Test
    void siblingElementsDoNotAddDepth() {
        String many = "[[],{}," + "[],{},".repeat(DEEPEST) + "[]]";

        assertThat(ResponseJson.array(many).orElseThrow().values())
                .hasSize(2 * DEEPEST + 3)
                .contains(new JsonArray(List.of()), JsonObject.builder().build());
    }

    private static String objects(int depth) {
        return "{\"in\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1);
    }
}
