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
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.TokenVerdict;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The refreshers of this library and the mock providers understand each other, as the real ones do. */
@WithMockProviders(manualClock = true)
class RefreshersMeetMockProvidersTest {

    @Test
    void googleGivesAnAccessTokenAndKeepsTheRefreshToken(@ProviderId("google") MockProvider google, ManualClock clock) {
        TokenOutcome.Issued answered =
                (TokenOutcome.Issued) refresh(new Google(), google, google.consent("alice"), clock);

        assertThat(answered.response().refreshToken()).isEmpty();
        assertThat(answered.response().expiresAt()).hasValue(clock.now().plusSeconds(3599));
    }

    @Test
    void stravaRotatesInTheLastHour(@ProviderId("strava") MockProvider strava, ManualClock clock) {
        TokenSet tokens = strava.consent("bob");
        clock.advance(Duration.ofHours(6));

        TokenOutcome.Issued answered = (TokenOutcome.Issued) refresh(new Strava(), strava, tokens, clock);

        TokenSet next = answered.response().applyTo(tokens);
        assertThat(next.refreshToken()).isNotEqualTo(tokens.refreshToken());
        assertThat(strava.ledger().isValid(next.refreshToken().orElseThrow())).isTrue();
        assertThat(strava.ledger().isAccepted(next.accessToken())).isTrue();
    }

    @Test
    void everyOneOfThemSaysThatARevokedGrantIsDead(MockProviders providers, ManualClock clock) {
        for (MockProvider mock : providers.all()) {
            TokenSet tokens = mock.consent("carol");
            mock.revoke("carol");

            TokenOutcome outcome = refresh(realOne(mock), mock, tokens, clock);

            assertThat(((TokenOutcome.Refused) outcome).verdict().kind())
                    .as(mock.id())
                    .isEqualTo(TokenVerdict.Kind.GRANT_DEAD);
        }
    }

    /** The one that answers to the mock's name, or a plain one. */
    private static Provider realOne(MockProvider mock) {
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
        ProviderProfile own = provider.profile();
        ProviderProfile here = own.withEndpoints(own.endpoints().overriddenBy(mock.endpoints()));
        return provider.refresher()
                .refresh(new RefreshRequest(
                        TokenKey.of(mock.id(), "alice"),
                        new Client(mock.id(), provider.id(), mock.registration(), here),
                        tokens,
                        new DialectContext(EndpointKind.REFRESH, Duration.ZERO, Set.of(), DialectContext.TokenOf.USER),
                        Duration.ofSeconds(10),
                        () -> true,
                        time));
    }
}
