package dev.evertoken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.ConnectionState;
import dev.evertoken.store.InMemoryTokenStore;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tokens keep the settings they were built with, whatever the application does with the builder later. */
class ChangedBuilderTest {

    private final ConsentFixture app = new ConsentFixture();
    private final AtomicReference<TokensBuilder> builder = new AtomicReference<>();

    @AfterEach
    void close() {
        app.close();
    }

    /** Builds tokens, and changes the builder before any operation that is not part of a refresh. */
    private Tokens builtBeforeAChange() {
        Tokens tokens = app.process(settings -> {
            builder.set(settings.encryption(ConsentFixture.ring(7)));
            return settings;
        });
        builder.get().namespace("another").environment("other").encryption(ConsentFixture.ring(8));
        return tokens;
    }

    @Test
    void anotherProcessWithTheseSettingsCompletesTheAuthorization() {
        URI redirect = app.approved(builtBeforeAChange(), ConsentFixture.BEN, "ben");

        assertThat(app.process()
                        .completeAuthorization(ConsentFixture.BEN, redirect)
                        .state())
                .isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void anExportIsSealedForTheNamespaceAndTheKeyRingOfTheseTokens() {
        InMemoryTokenStore target = new InMemoryTokenStore(app.clock);
        Tokens tokens = builtBeforeAChange();
        app.connect(tokens, ConsentFixture.BEN);

        assertThat(tokens.exportTo(target).copy().isComplete()).isTrue();

        Tokens reader = app.process(settings -> settings.store(target).encryption(ConsentFixture.ring(7)));
        assertThat(reader.accessToken(ConsentFixture.BEN).value())
                .isEqualTo(tokens.accessToken(ConsentFixture.BEN).value());
    }
}
