package dev.evertoken.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenOutcome.Issued;
import dev.evertoken.spi.provider.TokenOutcome.Refused;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The providers at mock servers that behave like the real ones. */
class MockedProvidersTest {

    private final MockProviders mocks = MockProviders.start();

    @AfterEach
    void close() {
        mocks.close();
    }

    @Test
    void aRotatingGrantIsRefreshedRepeatedlyAndAReusedTokenIsGrantDead() {
        MockProvider mock = mocks.rotating();
        TokenSet first = mock.consent("alice");
        TokenSet now = first;
        for (int i = 0; i < 5; i++) {
            TokenSet next = refreshed(mock, now);
            assertThat(next.refreshToken()).isNotEqualTo(now.refreshToken());
            assertThat(mock.ledger().isAccepted(next.accessToken().orElseThrow()))
                    .isTrue();
            now = next;
        }
        assertThat(mock.ledger().tokenRequests()).isEqualTo(5);

        Refused reused = (Refused) refresh(mock, first, mock.registration());
        assertThat(reused.verdict().kind()).isEqualTo(Kind.GRANT_DEAD);
    }

    @Test
    void googleReturnsANewAccessTokenAndTheRefreshTokenStays() {
        MockProvider mock = mocks.google();
        TokenSet first = mock.consent("alice");
        TokenSet second = refreshed(mock, first);
        TokenSet third = refreshed(mock, second);

        assertThat(third.refreshToken()).isEqualTo(first.refreshToken());
        assertThat(Set.of(first.accessToken(), second.accessToken(), third.accessToken()))
                .hasSize(3);
    }

    @Test
    void stravaReturnsAnAccessTokenUnchangedWithMoreThanAnHourLeft() {
        MockProvider mock = mocks.strava();
        TokenSet first = mock.consent("alice");

        assertThat(refreshed(mock, first).accessToken()).isEqualTo(first.accessToken());
    }

    @ParameterizedTest
    @ValueSource(strings = {"google", "youtube", "strava", "acme"})
    void aRevokedGrantIsGrantDeadAndAWrongSecretIsAClientProblem(String id) {
        MockProvider mock = mock(id);
        TokenSet tokens = mock.consent("alice");
        ClientRegistration wrong = ClientRegistration.of(mock.registration().clientId(), "not-the-registered-one");

        Refused client = (Refused) refresh(mock, tokens, wrong);
        assertThat(client.verdict().kind()).isEqualTo(Kind.CLIENT_INVALID);
        assertThat(client.verdict().problem().scope()).isEqualTo(Problem.Scope.CLIENT);

        mock.revoke("alice");
        Refused grant = (Refused) refresh(mock, tokens, mock.registration());
        assertThat(grant.verdict().kind()).isEqualTo(Kind.GRANT_DEAD);
    }

    @Test
    void manyAccountsAreRefreshedConcurrentlyAndNoneGetsTheTokensOfAnother() throws Exception {
        MockProvider mock = mocks.rotating();
        Provider provider = provider(mock);
        List<TokenSet> accounts = IntStream.range(0, 40)
                .mapToObj(i -> mock.consent("account-" + i))
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Callable<TokenOutcome>> refreshes = accounts.stream()
                    .<Callable<TokenOutcome>>map(tokens -> () -> refresh(mock, provider, tokens, mock.registration()))
                    .toList();
            Set<Object> seen = new HashSet<>();
            for (Future<TokenOutcome> done : threads.invokeAll(refreshes)) {
                seen.add(((Issued) done.get()).response().refreshToken().orElseThrow());
            }
            assertThat(seen).hasSize(40);
            assertThat(IntStream.range(0, 40).map(i -> mock.ledger().presented("account-" + i, 1)))
                    .containsOnly(1);
        } finally {
            threads.shutdownNow();
        }
    }

    private TokenSet refreshed(MockProvider mock, TokenSet tokens) {
        return ((Issued) refresh(mock, tokens, mock.registration())).response().applyTo(tokens);
    }

    private TokenOutcome refresh(MockProvider mock, TokenSet tokens, ClientRegistration client) {
        return refresh(mock, provider(mock), tokens, client);
    }

    private static TokenOutcome refresh(
            MockProvider mock, Provider provider, TokenSet tokens, ClientRegistration client) {
        RefreshCaller caller = RefreshCaller.at(
                provider, mock.endpoints().address(EndpointKind.REFRESH).orElseThrow());
        return provider.refresher().refresh(caller.request(tokens, client));
    }

    private MockProvider mock(String id) {
        return mocks.all().stream()
                .filter(mock -> mock.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Provider provider(MockProvider mock) {
        return Stream.of(
                        new Google(),
                        new YouTube(),
                        new Strava(),
                        RefreshCaller.acme().build())
                .filter(provider -> provider.id().equals(mock.id()))
                .findFirst()
                .orElseThrow();
    }
}
