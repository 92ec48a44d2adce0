package dev.evertoken;

import static dev.evertoken.ProvidersFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ForwardingTokenStore;
import java.net.URI;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The stack trace of a failure begins with the method that the application has called. */
class StackTracesTest {

    private final ProvidersFixture providers = new ProvidersFixture();

    @AfterEach
    void close() {
        providers.close();
    }

    @Test
    void aFailureBeginsWithThePublicMethodAndKeepsItsCause() {
        Tokens tokens = providers.inMemory();

        TokenException refreshed = failure(() -> tokens.accessToken(ProvidersFixture.ANNA));
        assertBegins(refreshed, "dev.evertoken.Tokens.accessToken");
        assertThat(refreshed.getCause().getStackTrace())
                .as("the part of the engine that failed")
                .anyMatch(frame -> frame.getClassName().endsWith("RefreshCycle"));
        assertBegins(failure(() -> tokens.accessToken(ProvidersFixture.ANNA)), "dev.evertoken.Tokens.accessToken");
        assertBegins(failure(() -> tokens.status(ProvidersFixture.ANNA)), "dev.evertoken.Tokens.status");
        assertBegins(failure(() -> tokens.source(TokenKey.of("gogle", "anna"))), "dev.evertoken.Tokens.source");
        assertBegins(
                failure(() -> tokens.authorize(ProvidersFixture.ANNA, URI.create("https://app.example/back"))),
                "dev.evertoken.Tokens.authorize");
        TokenSource source = tokens.source(ProvidersFixture.ANNA);
        assertBegins(failure(() -> source.accessToken()), "dev.evertoken.AccountSource.accessToken");
    }

    @Test
    void aRefusedSettingBeginsWithBuild() {
        assertBegins(thrown(() -> providers.builder().store("memory").build()), "dev.evertoken.TokensBuilder.build");
        assertBegins(
                thrown(() -> providers
                        .builder()
                        .store("memory:")
                        .endpoints("gogle", Endpoints.none())
                        .build()),
                "dev.evertoken.TokensBuilder.build");
    }

    @Test
    void theFramesOfAPlugInAreKept() {
        InMemoryTokenStore memory = new InMemoryTokenStore();
        Tokens tokens = providers.open(providers.builder().store(new ForwardingTokenStore(memory) {
            @Override
            public Optional<TokenRecord> load(TokenKey key) {
                throw new IllegalStateException("the store of the application failed");
            }
        }));

        TokenException failed = failure(() -> tokens.status(ProvidersFixture.ANNA));
        assertThat(failed.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertBegins(failed, "dev.evertoken.Tokens.status");
        assertThat(failed).hasRootCauseMessage("the store of the application failed");
        assertThat(failed.getCause().getStackTrace()[0].getClassName()).contains("StackTracesTest");
    }

    private static Throwable thrown(ThrowingCallable call) {
        return catchThrowable(call);
    }

    /** The next frame is that of this test. */
    private static void assertBegins(Throwable failure, String method) {
        StackTraceElement[] frames = failure.getStackTrace();
        assertThat(frames[0].getClassName() + "." + frames[0].getMethodName()).isEqualTo(method);
        assertThat(frames[1].getClassName()).as("%s", (Object) frames[1]).startsWith("dev.evertoken.StackTracesTest");
    }
}
