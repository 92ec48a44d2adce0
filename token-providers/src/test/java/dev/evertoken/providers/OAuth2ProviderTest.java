package dev.evertoken.providers;

import static dev.evertoken.providers.RefreshCaller.acme;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TransportSettings;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.ProviderProfile.RevokeScope;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.TokenOutcome.NotSent;
import java.net.URI;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A provider configured through the builder. */
class OAuth2ProviderTest {

    @Test
    void theProfileHasTheConfiguredSettings() {
        URI revoke = URI.create("https://token.acme.example/revoke");
        Provider acme = acme().authentication(ClientAuthentication.CLIENT_SECRET_POST)
                .endpoint(EndpointKind.REVOKE, revoke)
                .scopeSeparator(",")
                .earliestRefreshAge(Duration.ofMinutes(5))
                .largestMargin(Duration.ofMinutes(30))
                .reuseGrace(Duration.ofSeconds(30))
                .defaultLifetime(Duration.ofHours(2))
                .longestLifetime(Duration.ofDays(1))
                .apiHosts("api.acme.example", "api.acme.example", "files.acme.example")
                .revokeScope(RevokeScope.TOKEN)
                .build();

        ProviderProfile profile = acme.profile();
        assertThat(acme.id()).isEqualTo("acme");
        assertThat(acme).hasToString("OAuth2Provider[acme]");
        assertThat(profile.refreshModel()).isEqualTo(RefreshModel.ROTATING);
        assertThat(profile.replayHarmless()).isFalse();
        assertThat(profile.endpoints().address(EndpointKind.REFRESH))
                .contains(URI.create("https://token.acme.example/token"));
        assertThat(profile.endpoints().address(EndpointKind.REVOKE)).contains(revoke);
        assertThat(profile.authentication(EndpointKind.REFRESH)).isEqualTo(ClientAuthentication.CLIENT_SECRET_POST);
        assertThat(profile.scopeSeparator()).isEqualTo(",");
        assertThat(profile.earliestRefreshAge()).contains(Duration.ofMinutes(5));
        assertThat(profile.largestMargin()).contains(Duration.ofMinutes(30));
        assertThat(profile.reuseGrace()).isEqualTo(Duration.ofSeconds(30));
        assertThat(profile.defaultLifetime()).isEqualTo(Duration.ofHours(2));
        assertThat(profile.longestLifetime()).isEqualTo(Duration.ofDays(1));
        assertThat(profile.apiHosts()).containsExactlyInAnyOrder("api.acme.example", "files.acme.example");
        assertThat(profile.revokeScope()).isEqualTo(RevokeScope.TOKEN);
        assertThat(acme.resourceDialect()).isSameAs(ResourceDialect.rfc6750());
        assertThat(acme.refresher()).isSameAs(acme.refresher());
    }

    @Test
    void allMissingSettingsAreNamedInOneMessage() {
        assertThatThrownBy(() -> OAuth2Provider.builder("acme").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("provider \"acme\": tokenEndpoint is not set; refreshModel is not set;"
                        + " ROTATING if a refresh can return a new refresh token, otherwise STATIC");
    }

    static Stream<Arguments> invalidSettings() {
        return Stream.of(
                Arguments.of(
                        acme().refreshModel(RefreshModel.EXTENDING),
                        "refreshModel EXTENDING requires another refresher; this one uses refresh tokens"),
                Arguments.of(
                        acme().refreshModel(RefreshModel.NON_EXPIRING)
                                .reuseGrace(Duration.ofSeconds(30))
                                .refreshParameter("resource", "x"),
                        "reuseGrace is about refreshes, and refreshModel NON_EXPIRING has none;"
                                + " refreshParameters is about refreshes, and refreshModel NON_EXPIRING has none"),
                Arguments.of(
                        acme().endlessIfUntold().defaultLifetime(Duration.ofHours(2)),
                        "endlessIfUntold and defaultLifetime are both set, and a token without a lifetime has one only"),
                Arguments.of(
                        acme().responseWrapper("a..b"), "responseWrapper is not a path of members such as data.tokens"),
                Arguments.of(
                        acme().bearerTypes("bot", "DPoP"),
                        "bearerTypes has \"DPoP\", which needs a proof with each request"),
                Arguments.of(
                        acme().replayHarmless().reuseGrace(Duration.ofDays(1)),
                        "replayHarmless and reuseGrace are both set; one of them says when an old refresh token is"
                                + " accepted"),
                Arguments.of(
                        acme().refreshModel(RefreshModel.STATIC).replayHarmless(),
                        "replayHarmless requires refreshModel ROTATING; STATIC refresh tokens can be reused"),
                Arguments.of(
                        acme().grantLifetime(Duration.ofDays(90)).grantIdleLifetime(Duration.ofDays(90)),
                        "grantIdleLifetime PT2160H must be shorter than grantLifetime PT2160H"),
                Arguments.of(
                        acme().grantIdleLifetime(Duration.ZERO), "grantIdleLifetime PT0S must be longer than zero"),
                Arguments.of(
                        acme().refreshModel(RefreshModel.NON_EXPIRING).grantLifetime(Duration.ofDays(90)),
                        "grantLifetime is about refreshes, and refreshModel NON_EXPIRING has none"),
                Arguments.of(acme().bearerTypes(" "), "bearerTypes has an empty text"),
                Arguments.of(acme().scopesMember(" "), "scopesMember has an empty name"),
                Arguments.of(acme().lifetimeMembers("expires", ""), "lifetimeMembers has an empty name"),
                Arguments.of(acme().refreshTokenLifetimeMembers(""), "refreshTokenLifetimeMembers has an empty name"),
                Arguments.of(
                        acme().refreshModel(RefreshModel.STATIC).reuseGrace(Duration.ofSeconds(30)),
                        "reuseGrace requires refreshModel ROTATING; STATIC refresh tokens can be reused"),
                Arguments.of(acme().reuseGrace(Duration.ofSeconds(-1)), "reuseGrace PT-1S is negative"),
                Arguments.of(acme().defaultLifetime(Duration.ZERO), "defaultLifetime PT0S must be longer than zero"),
                Arguments.of(acme().largestMargin(Duration.ZERO), "largestMargin PT0S must be longer than zero"),
                Arguments.of(
                        acme().earliestRefreshAge(Duration.ofSeconds(-1)),
                        "earliestRefreshAge PT-1S must be longer than zero"),
                Arguments.of(
                        acme().longestLifetime(Duration.ZERO),
                        "longestLifetime PT0S must be longer than zero;"
                                + " defaultLifetime PT1H must not be longer than longestLifetime PT0S"),
                Arguments.of(
                        acme().largestMargin(Duration.ofDays(500)),
                        "largestMargin PT12000H must not be longer than longestLifetime PT9600H"),
                Arguments.of(
                        acme().longestLifetime(Duration.ofMinutes(10)),
                        "defaultLifetime PT1H must not be longer than longestLifetime PT10M"),
                Arguments.of(
                        acme().earliestRefreshAge(Duration.ofDays(500)),
                        "earliestRefreshAge PT12000H must not be longer than longestLifetime PT9600H"),
                Arguments.of(acme().scopeSeparator(";"), "scopeSeparator \";\" is neither a space nor a comma"),
                Arguments.of(
                        acme().apiHosts("https://api.acme.example"),
                        "apiHosts entry \"https://api.acme.example\" is not an exact lower-case host name"),
                Arguments.of(
                        acme().apiHosts("*.acme.example"),
                        "apiHosts entry \"*.acme.example\" is not an exact lower-case host name"),
                Arguments.of(
                        acme().refreshParameter("Client_Secret", "x"),
                        "refreshParameter \"Client_Secret\" is set by the library"));
    }

    @ParameterizedTest
    @MethodSource("invalidSettings")
    void anInvalidSettingIsRefusedByName(OAuth2ProviderBuilder builder, String message) {
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("provider \"acme\": " + message);
    }

    @Test
    void aLifetimeAndAMarginMayBeAsLongAsTheLongestLifetime() {
        Duration day = Duration.ofDays(1);

        ProviderProfile profile = acme().longestLifetime(day)
                .defaultLifetime(day)
                .largestMargin(day)
                .build()
                .profile();

        assertThat(profile.longestLifetime()).isEqualTo(day);
    }

    @Test
    void aValueOfSixtyThreeCharactersIsShownInFull() {
        String separator = "x".repeat(63);

        assertThatThrownBy(() -> acme().scopeSeparator(separator).build())
                .hasMessage("provider \"acme\": scopeSeparator \"" + separator + "\" is neither a space nor a comma");
    }

    @Test
    void anInvalidIdIsRefusedAndShownShortenedAndEscaped() {
        assertThatThrownBy(() -> OAuth2Provider.builder("Acme\n" + "x".repeat(100))
                        .tokenEndpoint(URI.create("https://token.acme.example/token"))
                        .refreshModel(RefreshModel.STATIC)
                        .build())
                .hasMessage("provider \"Acme?" + "x".repeat(58)
                        + "…\": id must be lower-case letters, digits and hyphens, at most 63, starting with a letter");
    }

    @Test
    void aTokenEndpointWithoutTlsIsNotCalledUnlessItIsOnLoopbackOrAllowed() {
        URI plain = URI.create("http://0.0.0.0:1/token");
        Provider inside = acme().tokenEndpoint(plain).allowPrivateNetwork().build();
        RefreshCaller caller = RefreshCaller.at(inside, plain);

        NotSent refused = (NotSent) caller.refresh();
        assertThat(refused.problem()).isEqualTo(Problem.ENDPOINT_MOVED);
        assertThat(refused.detail())
                .isEqualTo("0.0.0.0 is called over http; use https, or allow http with allowPlainHttp()");
        NotSent allowed = (NotSent)
                caller.over(TransportSettings.builder().allowPlainHttp().build())
                        .refresh();
        assertThat(allowed.problem()).isEqualTo(Problem.NETWORK);
        assertThat(acme().tokenEndpoint(URI.create("http://127.0.0.1:8080/token"))
                        .build())
                .isNotNull();
    }

    @Test
    void anAddressThatIsNoEndpointIsRefusedByTheNameOfTheSetting() {
        assertThatThrownBy(() -> acme().tokenEndpoint(URI.create("ftp://token.acme.example/token")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("token endpoint at token.acme.example must be https");
    }
}
