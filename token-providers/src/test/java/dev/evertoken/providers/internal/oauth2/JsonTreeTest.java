package dev.evertoken.providers.internal.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How deep a body may be, since whoever answers decides what is read here. */
class JsonTreeTest {

    private static final int DEEPEST = 32;

    @Test
    void listsAndObjectsAreReadAsDeepAsAnyProviderNestsThemAndNoDeeper() {
        assertThat(JsonTree.list("[".repeat(DEEPEST) + "]".repeat(DEEPEST))).isPresent();
        assertThat(JsonTree.list("[".repeat(DEEPEST + 1) + "]".repeat(DEEPEST + 1)))
                .isEmpty();
        assertThat(JsonTree.object(objects(DEEPEST))).isPresent();
        assertThat(JsonTree.object(objects(DEEPEST + 1))).isEmpty();
    }

    @Test
    void whatStandsBesideOneAnotherIsNotDeep() {
        String many = "[[],{}," + "[],{},".repeat(DEEPEST) + "[]]";

        assertThat(JsonTree.list(many).orElseThrow()).hasSize(2 * DEEPEST + 3).contains(List.of(), Map.of());
    }

    private static String objects(int depth) {
        return "{\"in\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1);
    }
}
