package dev.evertoken.model;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenExceptionTest {

    @Test
    void theMessageNamesTheAccountAndTheDetail() {
        assertThat(TokenException.about(Problem.NETWORK)
                        .key(ALICE)
                        .detail("connection refused")
                        .build())
                .hasMessage("google/alice: connection refused");
        assertThat(TokenException.about(Problem.NETWORK).build()).hasMessage("The provider could not be reached.");
    }

    @ParameterizedTest
    @EnumSource
    void everyProblemHasAnExceptionWithItsRemedy(Problem problem) {
        TokenException made = TokenException.about(problem).build();

        assertThat(made.problem()).isEqualTo(problem);
        assertThat(made.remedy()).isEqualTo(problem.remedy());
        assertThat(made.detail()).isEqualTo(problem.advice());
        Class<?> type = switch (problem) {
            case NOT_CONNECTED -> NotConnectedException.class;
            case GRANT_DEAD, REFRESH_TOKEN_LOST, GRANT_EXPIRED, NO_REFRESH_TOKEN ->
                ReauthorizationRequiredException.class;
            case STORE_UNAVAILABLE, STORE_REFUSED, STORE_QUOTA -> TokenStoreException.class;
            default -> TokenException.class;
        };
        assertThat(made).isExactlyInstanceOf(type);
    }

    @Test
    void aCopyHasTheSameDetailsAndTheOriginalAsItsCause() {
        TokenException first = TokenException.about(Problem.GRANT_DEAD)
                .key(ALICE)
                .detail("token endpoint answered 400 invalid_grant")
                .reconnectUrl(URI.create("https://app.example/reconnect"))
                .build();

        TokenException second = first.copy();

        assertThat(second)
                .isNotSameAs(first)
                .isExactlyInstanceOf(ReauthorizationRequiredException.class)
                .hasMessage(first.getMessage())
                .hasCause(first);
        assertThat(second.toJson()).isEqualTo(first.toJson());
    }

    @Test
    void anExceptionIsWrittenAsJsonForAnHttpResponse() {
        TokenException exception = TokenException.about(Problem.GRANT_DEAD)
                .key(TokenKey.of("google", "a\"b\\c é"))
                .detail("token endpoint answered 400 invalid_grant")
                .retryAt(NOW)
                .reconnectUrl(URI.create("https://app.example/reconnect?a=1&b=2"))
                .build();

        assertThat(exception.toJson())
                .isEqualTo("{\"success\":false,"
                        + "\"error\":\"The provider no longer accepts the grant; ask the user to reconnect.\","
                        + "\"problem\":\"GRANT_DEAD\",\"remedy\":\"RECONNECT\",\"needs_reauth\":true,"
                        + "\"retry_at\":\"2026-03-01T12:00:00Z\","
                        + "\"reconnect_url\":\"https://app.example/reconnect?a=1&b=2\","
                        + "\"registration\":\"google\",\"account\":\"a\\\"b\\\\c \\u00e9\"}");
    }

    @Test
    void jsonLeavesOutUnknownDetails() {
        assertThat(TokenException.about(Problem.OVERLOADED).build().toJson())
                .isEqualTo("{\"success\":false,\"error\":\"The executor rejected the task.\","
                        + "\"problem\":\"OVERLOADED\",\"remedy\":\"RETRY\",\"needs_reauth\":false}");
    }

    @Test
    void aStoresFailureKeepsItsCause() {
        IOException cause = new IOException("disk full");

        assertThat(TokenStoreException.unavailable("the store does not answer", cause))
                .hasMessage("the store does not answer")
                .hasCause(cause)
                .extracting(TokenException::problem)
                .isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(TokenStoreException.refused("no space", cause).remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
    }

    @Test
    void anIoExceptionCarriesATokenExceptionThroughAnHttpClient() {
        TokenException reason = TokenException.about(Problem.NETWORK).key(ALICE).build();

        TokenIOException wrapped = new TokenIOException(reason);

        assertThat(wrapped.reason()).isSameAs(reason);
        assertThat(wrapped).hasMessage(reason.getMessage()).hasCause(reason);
    }
}
