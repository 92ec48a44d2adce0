package dev.evertoken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** If a server does not name the user of its tokens, introspection looks it up after the tokens are saved. */
class LookedUpUserTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");

    private final ManualClock clock = ManualClock.start();
    private final MockProviders mocks = MockProviders.start(clock);
    private final MockProvider acme = mocks.rotating();

    @AfterEach
    void close() {
        mocks.close();
    }

    private Tokens tokens(Endpoints endpoints) {
        return Tokens.builder()
                .namespace("look-up")
                .store(new InMemoryTokenStore(clock))
                .withoutJournal()
                .timekeeper(clock)
                .provider(OAuth2Provider.builder("acme")
                        .tokenEndpoint(
                                acme.endpoints().address(EndpointKind.REFRESH).orElseThrow())
                        .refreshModel(RefreshModel.ROTATING)
                        .lookUpUser()
                        .build())
                .client("acme", acme.registration())
                .endpoints("acme", endpoints)
                .build();
    }

    private AccountStatus await(Tokens tokens, Predicate<AccountStatus> wanted) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        AccountStatus now = tokens.status(ANNA);
        while (!wanted.test(now)) {
            assertThat(System.nanoTime()).as("20 s of real time").isLessThan(deadline);
            Thread.onSpinWait();
            now = tokens.status(ANNA);
        }
        return now;
    }

    @Test
    void theUserIsLookedUpAtTheIntrospectionEndpoint() {
        try (Tokens tokens = tokens(acme.endpoints())) {
            tokens.connect(ANNA, acme.consent("anna"));

            AccountStatus known = await(tokens, now -> now.subject().isPresent());

            assertThat(known.state()).isEqualTo(ConnectionState.ACTIVE);
            assertThat(known.grantedScopes()).isNotEmpty();
        }
    }

    @Test
    @Fault("B14")
    void anIntrospectionEndpointThatFailsDegradesTheAccountAndEndsNothing() throws Exception {
        try (LoopbackServer failing = LoopbackServer.answering(LoopbackServer.http(503, "text/html", "<html>"));
                Tokens tokens = tokens(acme.endpoints().with(EndpointKind.INTROSPECT, failing.uri("/introspect")))) {
            tokens.connect(ANNA, acme.consent("anna"));

            AccountStatus degraded = await(tokens, now -> now.state() != ConnectionState.ACTIVE);

            assertThat(degraded.state()).isEqualTo(ConnectionState.DEGRADED);
            assertThat(degraded.problem()).contains(Problem.USER_LOOKUP_FAILED);
            assertThat(acme.ledger().isAccepted(tokens.accessToken(ANNA).value()))
                    .isTrue();
            clock.advance(Duration.ofDays(1));
            assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        }
    }
}
