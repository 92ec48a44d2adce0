package dev.evertoken.providers;

import static dev.evertoken.providers.LoopbackServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The ends of grants that no response tells. */
class DescribedLifetimesTest {

    private static final String TOKENS = "{\"access_token\":\"at-2\",\"refresh_token\":\"rt-2\",\"expires_in\":60%s}";
    private static final Duration HALF_A_YEAR = Duration.ofDays(180);
    private static final Duration MONTH = Duration.ofDays(30);

    @Test
    void anAbsoluteLifetimeCountsFromTheConsentAndIsKeptByARefresh() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, TOKENS.formatted("")))) {
            Provider spotify = RelocatedProvider.acme()
                    .tokenEndpoint(server.uri("/token"))
                    .grantLifetime(HALF_A_YEAR)
                    .build();

            TokenResponse first = consented(spotify);
            TokenSet later = refreshed(spotify, server, first.toTokenSet().orElseThrow());

            assertThat(first.refreshTokenExpiresAt()).contains(first.issuedAt().plus(HALF_A_YEAR));
            assertThat(later.refreshTokenExpiresAt()).isEqualTo(first.refreshTokenExpiresAt());
            assertThat(later.refreshToken()).isNotEqualTo(RefreshCaller.TOKENS.refreshToken());
        }
    }

    @Test
    void anIdleLifetimeCountsFromTheLastRefresh() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, TOKENS.formatted("")))) {
            Provider microsoft = RelocatedProvider.acme()
                    .tokenEndpoint(server.uri("/token"))
                    .grantIdleLifetime(MONTH)
                    .replayHarmless()
                    .build();

            TokenSet later = refreshed(microsoft, server, RefreshCaller.TOKENS);

            assertThat(later.refreshTokenExpiresAt()).contains(later.issuedAt().plus(MONTH));
            assertThat(microsoft.profile().replayHarmless()).isTrue();
        }
    }

    @Test
    void theEarlierOfBothLifetimesCountsAndTheAbsoluteOneIsNotForgotten() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, TOKENS.formatted("")))) {
            Provider intuit = RelocatedProvider.acme()
                    .tokenEndpoint(server.uri("/token"))
                    .grantLifetime(HALF_A_YEAR)
                    .grantIdleLifetime(MONTH)
                    .build();

            TokenResponse first = consented(intuit);
            TokenSet second = refreshed(intuit, server, first.toTokenSet().orElseThrow());
            Instant absolute = second.issuedAt().plus(Duration.ofDays(3));
            TokenSet nearTheEnd = refreshed(
                    intuit,
                    server,
                    second.toBuilder()
                            .attribute("evertoken_grant_end", Secret.of(absolute.toString()))
                            .build());

            assertThat(first.refreshTokenExpiresAt()).contains(first.issuedAt().plus(MONTH));
            assertThat(second.refreshTokenExpiresAt())
                    .contains(second.issuedAt().plus(MONTH));
            assertThat(nearTheEnd.refreshTokenExpiresAt()).contains(absolute);
        }
    }

    @Test
    void aLifetimeThatTheResponseTellsTakesPrecedence() throws IOException {
        try (LoopbackServer server =
                LoopbackServer.answering(json(200, TOKENS.formatted(",\"refresh_token_expires_in\":86400")))) {
            Provider acme = RelocatedProvider.acme()
                    .tokenEndpoint(server.uri("/token"))
                    .grantIdleLifetime(MONTH)
                    .build();

            TokenSet later = refreshed(acme, server, RefreshCaller.TOKENS);

            assertThat(later.refreshTokenExpiresAt()).contains(later.issuedAt().plusSeconds(86400));
        }
    }

    @Test
    void aGrantThatIsRefusedAfterItsEndHasExpired() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(400, "{\"error\":\"invalid_grant\"}"))) {
            Provider acme = RelocatedProvider.acme()
                    .tokenEndpoint(server.uri("/token"))
                    .grantIdleLifetime(MONTH)
                    .build();
            TokenSet ended = RefreshCaller.TOKENS.toBuilder()
                    .refreshTokenExpiresAt(Instant.parse("2026-11-20T09:30:00Z"))
                    .build();

            assertThat(((TokenOutcome.Refused) outcome(acme, server, ended))
                            .verdict()
                            .problem())
                    .isEqualTo(Problem.GRANT_EXPIRED);
            assertThat(((TokenOutcome.Refused) outcome(acme, server, RefreshCaller.TOKENS))
                            .verdict()
                            .problem())
                    .isEqualTo(Problem.GRANT_DEAD);
        }
    }

    private static TokenResponse consented(Provider provider) {
        return ((TokenOutcome.Issued) RelocatedProvider.nowhere(provider).exchange()).response();
    }

    private static TokenSet refreshed(Provider provider, LoopbackServer server, TokenSet before) {
        return ((TokenOutcome.Issued) outcome(provider, server, before))
                .response()
                .applyTo(before);
    }

    private static TokenOutcome outcome(Provider provider, LoopbackServer server, TokenSet before) {
        return provider.refresher().refresh(RefreshCaller.at(provider, server).request(before, RefreshCaller.CLIENT));
    }
}
