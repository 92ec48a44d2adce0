package dev.evertoken.providers.internal.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The maximum depth of a body, since the server controls the input. */
class JsonTreeTest {

    private static final int DEEPEST = 32;

    @Test
    void listsAndObjectsAreReadUpToTheMaximumDepth() {
        assertThat(JsonTree.list("[".repeat(DEEPEST) + "]".repeat(DEEPEST))).isPresent();
        assertThat(JsonTree.list("[".repeat(DEEPEST + 1) + "]".repeat(DEEPEST + 1)))
                .isEmpty();
        assertThat(JsonTree.object(objects(DEEPEST))).isPresent();
        assertThat(JsonTree.object(objects(DEEPEST + 1))).isEmpty();
    }

    @Test
    void siblingElementsDoNotAddDepth() {
        String many = "[[],{}," + "[],{},".repeat(DEEPEST) + "[]]";

        assertThat(JsonTree.list(many).orElseThrow()).hasSize(2 * DEEPEST + 3).contains(List.of(), Map.of());
    }

    private static String objects(int depth) {
        return "{\"in\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1);
    }
}
