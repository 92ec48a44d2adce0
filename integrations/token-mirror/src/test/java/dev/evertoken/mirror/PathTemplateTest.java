package dev.evertoken.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.TokenKey;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {

    private static final PathTemplate PATH = PathTemplate.of("/api/{registration}/users/{user_id}/connect");

    @ParameterizedTest
    @ValueSource(
            strings = {"anna", "a/b", "a%2Fb", "a b+c", "größe", "{user_id}", "{registration}", "..a", "\uD83D\uDE00"})
    void aUserIdIsReadFromItsAddress(String userId) {
        URI address = PATH.resolve(URI.create("https://mirror.example/base/"), TokenKey.of("go/ogle", "x"), userId)
                .orElseThrow();

        assertThat(address.toString()).startsWith("https://mirror.example/base/api/go%2Fogle/users/");
        assertThat(PATH.userId(address.getRawPath().substring("/base".length())))
                .contains(userId);
    }

    @ParameterizedTest
    @ValueSource(strings = {".", ".."})
    void anIdOfDotsHasNoAddress(String id) {
        URI base = URI.create("https://mirror.example");

        assertThat(PATH.resolve(base, TokenKey.of("google", "x"), id)).isEmpty();
        assertThat(PATH.resolve(base, TokenKey.of(id, "x"), "anna")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "api/google/users/anna/connect",
                "/api/google/users/anna",
                "/api/google/users//connect",
                "/api/google/users/anna/connect/",
                "/api/google/users/a/b/connect",
                "/api/google/users/%zz/connect"
            })
    void anotherPathHasNoUserId(String path) {
        assertThat(PATH.userId(path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "api/{user_id}", "/api/{user}", "/api/x{user_id}", "/api/a b", "/api?x={user_id}", "/a#b"})
    void aTemplateWithAnythingElseIsRefused(String template) {
        assertThatThrownBy(() -> PathTemplate.of(template)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTemplatePrintsAsItWasGiven() {
        assertThat(PATH).hasToString("/api/{registration}/users/{user_id}/connect");
    }
}
