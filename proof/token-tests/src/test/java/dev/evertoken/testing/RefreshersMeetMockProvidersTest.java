package dev.evertoken.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.Google;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.providers.Strava;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenVerdict;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The refreshers of this library work with the mock providers as they do with the real ones. */
@WithMockProviders(manualClock = true)
class RefreshersMeetMockProvidersTest {

    @Test
    void googleIssuesAnAccessTokenAndKeepsTheRefreshToken(
            @ProviderId("google") MockProvider google, ManualClock clock) {
        TokenOutcome.Issued issued =
                (TokenOutcome.Issued) refresh(new Google(), google, google.consent("alice"), clock);

        assertThat(issued.response().refreshToken()).isEmpty();
        assertThat(issued.response().expiresAt()).hasValue(clock.now().plusSeconds(3599));
    }

    @Test
    void stravaRotatesInTheLastHour(@ProviderId("strava") MockProvider strava, ManualClock clock) {
        TokenSet tokens = strava.consent("bob");
        clock.advance(Duration.ofHours(6));

        TokenOutcome.Issued issued = (TokenOutcome.Issued) refresh(new Strava(), strava, tokens, clock);

        TokenSet next = issued.response().applyTo(tokens);
        assertThat(next.refreshToken()).isNotEqualTo(tokens.refreshToken());
        assertThat(strava.ledger().isValid(next.refreshToken().orElseThrow())).isTrue();
        assertThat(strava.ledger().isAccepted(next.accessToken().orElseThrow())).isTrue();
    }

    @Test
    void everyProviderReportsARevokedGrant(MockProviders providers, ManualClock clock) {
        for (MockProvider mock : providers.all()) {
            TokenSet tokens = mock.consent("carol");
            mock.revoke("carol");

            TokenOutcome outcome = refresh(providerOf(mock), mock, tokens, clock);

            assertThat(((TokenOutcome.Refused) outcome).verdict().kind())
                    .as(mock.id())
                    .isEqualTo(TokenVerdict.Kind.GRANT_DEAD);
        }
    }

    /** Returns the provider with the mock's id, or a generic one. */
    private static Provider providerOf(MockProvider mock) {
        return ServiceLoader.load(Provider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.id().equals(mock.id()))
                .findFirst()
                .orElseGet(() -> OAuth2Provider.builder(mock.id())
                        .refreshModel(RefreshModel.ROTATING)
                        .tokenEndpoint(TokenForms.tokenUrl(mock))
                        .build());
    }

    private static TokenOutcome refresh(Provider provider, MockProvider mock, TokenSet tokens, Timekeeper time) {
        ProviderProfile profile = provider.profile();
        ProviderProfile redirected = profile.withEndpoints(profile.endpoints().overriddenBy(mock.endpoints()));
        return provider.refresher()
                .refresh(new RefreshRequest(
                        TokenKey.of(mock.id(), "alice"),
                        new Client(mock.id(), provider.id(), mock.registration(), redirected),
                        tokens,
                        new DialectContext(EndpointKind.REFRESH, Duration.ZERO, Set.of(), DialectContext.TokenOf.USER),
                        Duration.ofSeconds(10),
                        () -> true,
                        time));
    }
}
