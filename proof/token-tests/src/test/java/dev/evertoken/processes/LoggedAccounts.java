package dev.evertoken.processes;

import dev.evertoken.Tokens;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.TestProcessLink;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The main class of a child process whose log is the sample in {@code docs/logging.md}: a refresh, a grant that ends,
 * an account that stalls, and a client that is refused.
 */
final class LoggedAccounts {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");
    private static final TokenKey BEN = TokenKey.of("google", "ben");
    private static final Duration AGO = Duration.ofDays(3);

    private final ManualClock clock = ManualClock.start();
    private final MockProviders mocks = MockProviders.start(clock);

    private final Set<Problem> problems = EnumSet.noneOf(Problem.class);

    private LoggedAccounts() {}

    public static void main(String[] arguments) {
        LoggedAccounts session = new LoggedAccounts();
        session.run();
        TestProcessLink.ofThisProcess().writeLine("DONE " + session.problems);
    }

    private void run() {
        try (mocks;
                Tokens tokens = tokens()) {
            connect(tokens, ANNA);
            use(tokens, ANNA);
            clock.advance(AGO);
            mocks.rotating().revoke("anna");
            for (int call = 0; call < 2; call++) {
                use(tokens, ANNA);
                clock.advance(Duration.ofSeconds(3));
            }
            connect(tokens, ANNA);
            stalls(tokens);
            isRefused(tokens);
        }
    }

    /** The provider of an account is unavailable for an hour. */
    private void stalls(Tokens tokens) {
        connect(tokens, BEN);
        for (int attempt = 0; attempt < 2; attempt++) {
            mocks.google().onToken(MockResponse.status(503));
            use(tokens, BEN);
            clock.advance(Duration.ofMinutes(30));
        }
        use(tokens, BEN);
    }

    /** The secret of a client with several accounts is wrong for ten minutes. */
    private void isRefused(Tokens tokens) {
        List<TokenKey> all = Stream.of("cara", "dora", "emil")
                .map(name -> TokenKey.of("google", name))
                .toList();
        all.forEach(key -> connect(tokens, key));
        for (int refusal = 0; refusal < 2; refusal++) {
            mocks.google().onToken(MockResponse.json(401, "{\"error\":\"invalid_client\"}"));
        }
        for (int round = 0; round < 2; round++) {
            all.forEach(key -> use(tokens, key));
            clock.advance(Duration.ofMinutes(10));
        }
    }

    private void use(Tokens tokens, TokenKey key) {
        try {
            var unused = tokens.accessToken(key);
        } catch (TokenException e) {
            problems.add(e.problem());
        }
    }

    private void connect(Tokens tokens, TokenKey key) {
        MockProvider mock = key.registration().equals("acme") ? mocks.rotating() : mocks.google();
        TokenSet consent = mock.consent(key.account());
        tokens.connect(
                key,
                consent.toBuilder()
                        .issuedAt(consent.issuedAt().minus(AGO))
                        .expiresAt(consent.issuedAt().minus(AGO.dividedBy(2)))
                        .build());
    }

    private Tokens tokens() {
        URI address = mocks.rotating().endpoints().address(EndpointKind.REFRESH).orElseThrow();
        Provider acme = OAuth2Provider.builder("acme")
                .tokenEndpoint(address)
                .refreshModel(RefreshModel.ROTATING)
                .build();
        return Tokens.builder()
                .namespace("shop")
                .store("memory:")
                .timekeeper(clock)
                .reconnectUrl(key -> URI.create("https://shop.example/connect/" + key.account()))
                .executor(Runnable::run)
                .provider(acme)
                .client("acme", mocks.rotating().registration())
                .client("google", mocks.google().registration())
                .endpoints(
                        "google",
                        Endpoints.token(mocks.google()
                                .endpoints()
                                .address(EndpointKind.REFRESH)
                                .orElseThrow()))
                .build();
    }
}
