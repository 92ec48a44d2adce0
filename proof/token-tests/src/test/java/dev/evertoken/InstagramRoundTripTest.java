package dev.evertoken;

import static dev.evertoken.ConsentFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Accounts at an Instagram that behaves as documented, from consent to expiry. */
class InstagramRoundTripTest {

    private static final TokenKey INA = TokenKey.of("instagram", "ina");
    private static final Duration SIXTY_DAYS = Duration.ofDays(60);

    private final ConsentFixture fixture = new ConsentFixture();
    private final MockProvider instagram = fixture.providers.instagram();
    private final Tokens tokens = fixture.process();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aConsentAtInstagramGivesSixtyDaysAndEveryRefreshExtendsTheSameTokenBySixtyMore() {
        fixture.connect(tokens, INA);
        AccessToken first = tokens.accessToken(INA);
        assertThat(tokens.status(INA).expiresAt()).hasValue(fixture.clock.now().plus(SIXTY_DAYS));
        assertThat(tokens.status(INA).subject()).isPresent();
        assertThat(instagram.ledger().tokenRequests()).isEqualTo(2);

        for (int i = 2; i < 5; i++) {
            fixture.later(Duration.ofDays(45));
            tokens.accessToken(INA, Duration.ofDays(30));
            assertThat(tokens.status(INA).generation()).isEqualTo(i);
            assertThat(tokens.status(INA).expiresAt())
                    .hasValue(fixture.clock.now().plus(SIXTY_DAYS));
        }
        assertThat(tokens.accessToken(INA).value()).isEqualTo(first.value());
    }

    @Test
    @Fault("C24")
    void instagramIsNotAskedBeforeTheTokenIsADayOldEvenByAForcedRefresh() {
        fixture.connect(tokens, INA);
        int requests = instagram.ledger().tokenRequests();
        Instant dayOld = fixture.clock.now().plus(Duration.ofDays(1));
        fixture.later(Duration.ofHours(23));

        assertThat(failure(Problem.NOT_YET, () -> tokens.refresh(INA, "a test")).retryAt())
                .hasValue(dayOld);
        tokens.accessToken(INA, SIXTY_DAYS);
        assertThat(instagram.ledger().tokenRequests()).isEqualTo(requests);
        assertThat(tokens.status(INA).state()).isEqualTo(ConnectionState.ACTIVE);

        fixture.later(Duration.ofHours(1));
        assertThat(tokens.refresh(INA, "a test").generation()).isEqualTo(2);
    }

    @Test
    void aTokenThatInstagramRejectsAsTooYoungIsTriedAgainLater() {
        TokenSet imported = instagram.consent("ina").toBuilder()
                .issuedAt(fixture.clock.now().minus(Duration.ofDays(2)))
                .build();
        tokens.connect(INA, imported);
        instagram.onToken(MockResponse.json(
                400,
                "{\"error\":{\"message\":\"?\",\"type\":\"IGApiException\",\"code\":4711,\"fbtrace_id\":\"AbCdEf\"}}"));

        failure(Problem.UNRECOGNIZED_RESPONSE, () -> tokens.refresh(INA, "a test"));
        assertThat(tokens.accessToken(INA).generation()).isEqualTo(1);
        assertThat(tokens.status(INA).nextAttempt()).isPresent();
    }

    @Test
    @Fault("N1")
    void aRowThatClaimsToExpireIn2082IsExchangedBeforeItsRealEnd() {
        TokenSet row = undated(instagram.consent("ina"))
                .expiresAt(Instant.parse("2082-01-01T00:00:00Z"))
                .build();
        fixture.later(Duration.ofDays(19));
        tokens.connect(INA, row);
        assertThat(tokens.status(INA).expiresAt().orElseThrow())
                .isBefore(fixture.clock.now().plus(Duration.ofDays(41)));

        fixture.later(Duration.ofDays(10));
        tokens.accessToken(INA, Duration.ofDays(15));

        assertThat(tokens.status(INA).generation()).isEqualTo(2);
        assertThat(tokens.status(INA).expiresAt()).hasValue(fixture.clock.now().plus(SIXTY_DAYS));
    }

    @Test
    @Fault("N2")
    void aRowWithHoursLeftAndWithoutAnIssueTimeIsExchangedAtOnce() {
        TokenSet row = undated(instagram.consent("ina")).build();
        for (Duration left : List.of(Duration.ofHours(40), Duration.ofMinutes(90))) {
            TokenKey key = TokenKey.of("instagram", "left-" + left);
            fixture.clock.jumpWall(Duration.between(
                    fixture.clock.now(), row.expiresAt().orElseThrow().minus(left)));
            tokens.connect(key, row);

            assertThat(tokens.refresh(key, "a test").generation()).isEqualTo(2);
            assertThat(tokens.status(key).expiresAt())
                    .hasValue(fixture.clock.now().plus(SIXTY_DAYS));
        }
    }

    @Test
    @Fault("N2")
    void aShortLivedTokenWithoutAnIssueTimeIsExchangedForALongLivedOne() {
        TokenSet shortLived = undated(instagram.consent("ina"))
                .expiresAt(fixture.clock.now().plus(Duration.ofHours(1)))
                .build();
        tokens.connect(INA, shortLived);

        assertThat(tokens.refresh(INA, "a test").generation()).isEqualTo(2);
        assertThat(tokens.status(INA).expiresAt()).hasValue(fixture.clock.now().plus(SIXTY_DAYS));
    }

    private static TokenSet.Builder undated(TokenSet consent) {
        return consent.toBuilder().issuedAt(Instant.EPOCH);
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 70 * 24 * 60})
    @Fault("N7")
    void aTokenThatWasReceivedWithAClockAheadIsServedOnceTheClockIsRight(long minutesAhead) {
        Duration ahead = Duration.ofMinutes(minutesAhead);
        TokenSet consent = instagram.consent("ina");
        tokens.connect(
                INA,
                consent.toBuilder()
                        .issuedAt(consent.issuedAt().plus(ahead))
                        .expiresAt(consent.expiresAt().orElseThrow().plus(ahead))
                        .build());
        Tokens peer = fixture.process();

        assertThat(peer.accessToken(INA).generation()).isEqualTo(1);
        assertThat(peer.status(INA).expiresAt()).hasValue(fixture.clock.now().plus(SIXTY_DAYS));
        assertThat(tokens.accessToken(INA).generation()).isEqualTo(1);
        assertThat(instagram.ledger().tokenRequests()).isEqualTo(1);

        fixture.later(Duration.ofHours(24));
        assertThat(tokens.refresh(INA, "a test").generation()).isEqualTo(2);
    }

    @Test
    void anInstagramTokenThatWasNotRefreshedForSixtyDaysRequiresAReconnect() {
        fixture.connect(tokens, INA);
        fixture.later(Duration.ofDays(60));

        failure(Problem.GRANT_DEAD, () -> tokens.accessToken(INA));
        assertThat(tokens.status(INA).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
    }

    @Test
    void instagramReportsRevocationAndApplicationTokensAsUnsupported() {
        fixture.connect(tokens, INA);
        assertThat(tokens.validate(INA).verdict()).isEqualTo(Verdict.VALID);
        Revocation revocation = tokens.revoke(INA);

        assertThat(revocation.outcome()).isEqualTo(Revocation.Outcome.NOT_REVOKED);
        assertThat(revocation.problem()).hasValue(Problem.NOT_SUPPORTED);
        failure(Problem.NOT_SUPPORTED, () -> tokens.clientCredentialsToken("instagram"));
    }

    @Test
    void aSecondStepThatFailedAtInstagramIsDoneByTheNextRefreshRegardlessOfTheTokensAge() {
        instagram.onToken(MockResponse.normal(), MockResponse.status(503));
        fixture.connect(tokens, INA);
        assertThat(tokens.status(INA).expiresAt()).hasValue(fixture.clock.now().plus(Duration.ofHours(1)));

        fixture.later(Duration.ofMinutes(50));
        tokens.accessToken(INA, Duration.ofMinutes(30));
        assertThat(tokens.status(INA).expiresAt()).hasValue(fixture.clock.now().plus(SIXTY_DAYS));
    }

    @Test
    @Fault("C20")
    void aFormInsteadOfJsonIsReadAsATokenResponse() {
        tokens.connect(INA, instagram.consent("ina"));
        fixture.later(Duration.ofDays(2));
        instagram.onToken(
                MockResponse.of(200, "text/plain", "access_token=" + TestTokens.access() + "&expires_in=5183944"));

        assertThat(tokens.refresh(INA, "a test").generation()).isEqualTo(2);
    }
}
