package dev.evertoken.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A canary finds every planted leak and reports nothing else. */
class SecretCanaryTest {
    private final SecretCanary canary = SecretCanary.ofTestTokens();
    private final String token = TestTokens.refresh();

    @Test
    void everyTestTokenIsNewAndCarriesTheMarkerAtBothEnds() {
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            for (String one : new String[] {
                TestTokens.access(), TestTokens.refresh(), TestTokens.code(), TestTokens.clientSecret()
            }) {
                assertThat(one)
                        .startsWith(TestTokens.MARKER)
                        .endsWith(TestTokens.MARKER)
                        .matches("[\\x21-\\x7e]+");
                all.add(one);
            }
        }
        assertThat(all).hasSize(4000);
        assertThat(TestTokens.access()).matches("[A-Za-z0-9._~+/-]+=*");
    }

    @Test
    void aSecretIsFoundInEveryForm() {
        byte[] bytes = token.getBytes(StandardCharsets.UTF_8);

        assertThat(canary.leaksIn("log", "Bearer " + token)).isNotEmpty();
        assertThat(canary.leaksIn("log", token.substring(0, 12) + "…")).isNotEmpty();
        assertThat(canary.leaksIn("log", "…" + token.substring(token.length() - 12)))
                .isNotEmpty();
        assertThat(canary.leaksIn("log", "refresh_token=" + Browser.encoded(token)))
                .isNotEmpty();
        assertThat(canary.leaksIn("log", HexFormat.of().formatHex(bytes))).isNotEmpty();
        assertThat(canary.leaksIn("log", HexFormat.of().withUpperCase().formatHex(bytes)))
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "ab", "abc", "client-1:"})
    void aSecretIsFoundInBase64AfterAnyPrefix(String prefix) {
        byte[] bytes = (prefix + token).getBytes(StandardCharsets.UTF_8);

        assertThat(canary.leaksIn("header", Base64.getEncoder().encodeToString(bytes)))
                .isNotEmpty();
        assertThat(canary.leaksIn("header", Base64.getUrlEncoder().encodeToString(bytes)))
                .isNotEmpty();
    }

    @Test
    void aSecretIsFoundInANestedException() {
        RuntimeException buried = new IllegalStateException("outer");
        buried.addSuppressed(new IOException("inner", new IllegalArgumentException("token " + token)));

        assertThatThrownBy(() -> canary.assertNoneIn(buried))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("IllegalArgumentException")
                .hasMessageContaining("in clear")
                .satisfies(report -> assertThat(report.getMessage()).doesNotContain(TestTokens.MARKER));
    }

    @Test
    void aCycleOfCausesIsHandled() {
        Exception one = new Exception("one");
        one.initCause(new Exception("two", one));

        assertThatCode(() -> canary.assertNoneIn(one)).doesNotThrowAnyException();
    }

    @Test
    void aSecretIsFoundInAFile(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("deep"));
        Files.writeString(folder.resolve("deep/clean.json"), "{\"sealed\":\"AAECAwQF\"}");
        canary.assertNoneBelow(folder);

        Files.writeString(folder.resolve("deep/dirty.json"), "{\"token\":\"" + token + "\"}");

        assertThatThrownBy(() -> canary.assertNoneBelow(folder)).hasMessageContaining("dirty.json: a secret in clear");
    }

    @Test
    void aSecretIsFoundInTheTextOfAnObject() {
        record Careless(String token) {}
        TokenSet careful = TokenSet.builder(token).refreshToken(token).build();

        canary.assertNonePrintedBy(careful, Secret.of(token));
        assertThatThrownBy(() -> canary.assertNonePrintedBy(new Careless(token)))
                .hasMessageContaining("Careless.toString()");
    }

    @Test
    void furtherSecretsAreWatchedOnRequest() {
        SecretCanary both = canary.watching(Secret.of("hunter2-hunter2-hunter2"));

        assertThat(both.leaksIn("log", "key hunter2-hunter…")).isNotEmpty();
        assertThat(both.leaksIn("log", token)).isNotEmpty();
        assertThat(canary.leaksIn("log", "key hunter2-hunter2-hunter2")).isEmpty();
        assertThatThrownBy(() -> canary.watching(Secret.of("short")))
                .hasMessage("a secret of fewer than 12 characters cannot be recognized");
    }

    @Test
    void aTextWithoutASecretIsNotReported() {
        assertThat(canary.leaksIn("log", "acme: token endpoint answered 400 invalid_grant for acme/alice"))
                .isEmpty();
    }
}
