package dev.evertoken.internal.account;

import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.account.Consent.Over;
import dev.evertoken.internal.record.GrantSource;
import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which records a new consent replaces and which tokens it keeps. The stored record's user is "subject-1". */
class ConsentTest {

    private static final Instant LATER = NOW.plusSeconds(60);
    private static final TokenSet BEFORE = TokenSet.builder(TestTokens.access())
            .refreshToken(TestTokens.refresh())
            .refreshTokenExpiresAt(NOW.plus(Duration.ofDays(90)))
            .issuedAt(NOW)
            .build();

    private final TokenRecord stored = SampleRecords.record();

    // ---- order of consents

    @ParameterizedTest
    @EnumSource(names = {"ANYTHING", "OLDER_TOKENS", "SAME_USER", "ANY_USER"})
    void aLaterConsentIsNeverReplaced(Over over) {
        assertThat(consent(over, NOW.minusMillis(1), full(LATER)).givesWayTo(stored, false, false))
                .isTrue();
        assertThat(consent(over, NOW, full(LATER)).givesWayTo(stored, false, false))
                .isFalse();
    }

    @Test
    void newerTokensAreKeptIfOnlyOlderOnesMayBeReplaced() {
        assertThat(consent(Over.OLDER_TOKENS, LATER, full(NOW.plusMillis(1))).givesWayTo(stored, false, false))
                .isFalse();
        assertThat(consent(Over.OLDER_TOKENS, LATER, full(NOW)).givesWayTo(stored, false, false))
                .isTrue();
        assertThat(consent(Over.OLDER_TOKENS, LATER, full(LATER)).givesWayTo(stored, true, false))
                .as("the same refresh token may be in use")
                .isTrue();
    }

    @Test
    void aRevokedGrantIsReplacedByAnyTokens() {
        TokenRecord revoked = stored.next()
                .health(stored.health().become(ConnectionState.NEEDS_REAUTH, Problem.GRANT_DEAD, NOW))
                .build(43, NOW);

        assertThat(consent(Over.OLDER_TOKENS, LATER, full(NOW)).givesWayTo(revoked, true, false))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"ANYTHING", "SAME_USER", "ANY_USER"})
    void theAgeOfTokensIsIgnoredUnlessOnlyOlderOnesMayBeReplaced(Over over) {
        assertThat(consent(over, LATER, full(NOW)).givesWayTo(stored, true, false))
                .isFalse();
    }

    @Test
    @Fault("N3")
    void tokensOfUnknownAgeReplaceOnlyAGrantThatNeedsAConsent() {
        TokenRecord revoked = stored.next()
                .health(stored.health().become(ConnectionState.NEEDS_REAUTH, Problem.GRANT_DEAD, NOW))
                .build(43, NOW);
        Consent undated = consent(Over.INVALID_GRANTS, LATER, full(LATER));

        assertThat(undated.givesWayTo(stored, false, false)).isTrue();
        assertThat(undated.givesWayTo(revoked, false, false)).isFalse();
        assertThat(undated.givesWayTo(revoked, false, true)).isTrue();
    }

    @Test
    @Fault("N3")
    void tokensForAMissingAccountReplaceNothing() {
        TokenRecord revoked = stored.next()
                .health(stored.health().become(ConnectionState.NEEDS_REAUTH, Problem.GRANT_DEAD, NOW))
                .build(43, NOW);

        assertThat(consent(Over.NOTHING, LATER, full(LATER)).givesWayTo(revoked, false, false))
                .isTrue();
    }

    @ParameterizedTest
    @Fault("N3")
    @EnumSource(names = {"ANYTHING", "OLDER_TOKENS"})
    void aSpentRefreshTokenIsNotStoredAgainIfTheProviderRotatesThem(Over over) {
        TokenRecord fixed = SampleRecords.of(RefreshModel.STATIC);

        assertThat(consent(over, LATER, full(LATER)).givesWayTo(stored, false, true))
                .isTrue();
        assertThat(consent(over, LATER, full(LATER)).givesWayTo(fixed, false, true))
                .as("a refresh token that does not rotate is never spent")
                .isFalse();
    }

    // ---- users

    @Test
    @Fault("N4")
    void importedTokensWithoutARefreshTokenKeepTheStoredOne() {
        TokenSet bare = bare();
        Consent imported = imported(bare);

        assertThat(imported.lacksTheRefreshTokenOf(stored, true)).isTrue();
        TokenSet kept = replacing(imported, stored, true);

        assertThat(kept.accessToken()).isEqualTo(bare.accessToken());
        assertThat(kept.refreshToken()).isEqualTo(BEFORE.refreshToken());
        assertThat(replacing(imported, stored, false))
                .as("the tokens of another client are not mixed in")
                .isEqualTo(bare);
        TokenSet full = full(LATER);
        assertThat(replacing(imported(full), stored, true)).isEqualTo(full);
    }

    @Test
    @Fault("N4")
    void importedTokensWaitUntilTheRefreshTokenToKeepIsNoLongerUsed() {
        TokenRecord uncertain = stored.next().uncertain(1).build(44, NOW);
        Consent imported = imported(bare());

        assertThat(EngineFixture.failureOf(() -> replacing(imported, uncertain, true))
                        .problem())
                .isEqualTo(Problem.OUTCOME_UNKNOWN);
        TokenRecord claimed = stored.next()
                .claim(new Claim("claim-1", "a peer", Duration.ofMinutes(1), NOW.plusSeconds(60), Claim.Phase.SENT))
                .build(45, NOW);
        assertThat(EngineFixture.failureOf(() -> replacing(imported, claimed, true))
                        .problem())
                .isEqualTo(Problem.HELD_BY_PEER);
    }

    @Test
    void aDifferentUserIsRejected() {
        TokenException wrong = EngineFixture.failureOf(
                () -> replacing(consent(Over.SAME_USER, full(LATER), Optional.of("subject-2")), stored, true));

        assertThat(wrong.problem()).isEqualTo(Problem.WRONG_ACCOUNT);
        assertThat(wrong)
                .hasMessage("a different user of the provider than the one connected before has consented; nothing was"
                        + " stored. Consent as the earlier user, for example with chooseAccount(), or"
                        + " authorize with allowAccountChange()");
    }

    @Test
    void aDifferentUserIsStoredIfThatIsAllowed() {
        TokenSet bare = bare();

        assertThat(replacing(consent(Over.ANY_USER, bare, Optional.of("subject-2")), stored, true))
                .as("without tokens of the earlier user")
                .isEqualTo(bare);
    }

    @Test
    void theUserIsNotComparedWithThatOfAnotherClient() {
        TokenSet bare = bare();

        assertThat(replacing(consent(Over.SAME_USER, bare, Optional.of("subject-2")), stored, false))
                .isEqualTo(bare);
    }

    // ---- a consent without a refresh token

    @Test
    void theSameUserKeepsTheRefreshTokenAndItsExpiry() {
        TokenSet bare = bare();

        TokenSet kept = replacing(consent(Over.SAME_USER, bare, Optional.of("subject-1")), stored, true);

        assertThat(kept.accessToken()).isEqualTo(bare.accessToken());
        assertThat(kept.refreshToken()).isEqualTo(BEFORE.refreshToken());
        assertThat(kept.refreshTokenExpiresAt()).isEqualTo(BEFORE.refreshTokenExpiresAt());
    }

    @Test
    void aNewRefreshTokenIsNotReplacedByTheOldOne() {
        TokenSet full = full(LATER);

        assertThat(replacing(consent(Over.SAME_USER, full, Optional.of("subject-1")), stored, true))
                .isEqualTo(full);
    }

    @Test
    void aConsentWithoutUserAndRefreshTokenDoesNotReplaceARefreshableGrant() {
        for (TokenRecord before : new TokenRecord[] {
            stored, stored.next().subject(Optional.empty()).build(44, NOW)
        }) {
            TokenException refused = EngineFixture.failureOf(
                    () -> replacing(consent(Over.SAME_USER, bare(), Optional.empty()), before, true));

            assertThat(refused.problem()).isEqualTo(Problem.NO_REFRESH_TOKEN);
            assertThat(refused)
                    .hasMessage("the provider issued no refresh token and does not identify the user; the"
                            + " earlier connection is kept. Authorize again with forceConsent()");
        }
    }

    @Test
    void aConsentWithoutAUserIsAcceptedIfAnyUserIsAllowed() {
        TokenSet bare = bare();

        assertThat(replacing(consent(Over.ANY_USER, bare, Optional.empty()), stored, true))
                .isEqualTo(bare);
    }

    @Test
    void aGrantThatCannotBeRefreshedIsReplacedByAnyConsent() {
        TokenSet bare = bare();
        TokenRecord without =
                stored.next().refreshTokenFingerprint(Optional.empty()).build(44, NOW);
        TokenRecord revoked = stored.next()
                .health(stored.health().become(ConnectionState.NEEDS_REAUTH, Problem.GRANT_DEAD, NOW))
                .build(44, NOW);

        assertThat(replacing(consent(Over.SAME_USER, bare, Optional.empty()), without, true))
                .isEqualTo(bare);
        assertThat(replacing(consent(Over.SAME_USER, bare, Optional.empty()), revoked, true))
                .isEqualTo(bare);
    }

    @Test
    void aRefreshTokenThatMayHaveBeenUsedIsNotKept() {
        TokenRecord claimed = stored.next()
                .claim(new Claim("c", "a peer", Duration.ofSeconds(45), LATER, Claim.Phase.SENT))
                .build(44, NOW);
        TokenRecord uncertain = stored.next().uncertain(1).build(44, NOW);

        for (TokenRecord before : new TokenRecord[] {claimed, uncertain}) {
            Consent consent = consent(Over.SAME_USER, bare(), Optional.of("subject-1"));
            assertThat(EngineFixture.failureOf(() -> replacing(consent, before, true))
                            .problem())
                    .isEqualTo(Problem.NO_REFRESH_TOKEN);
        }
    }

    @Test
    void aRefreshTokenThatDoesNotRotateIsKeptDuringARefresh() {
        TokenRecord busy =
                SampleRecords.of(RefreshModel.STATIC).next().uncertain(1).build(44, NOW);

        assertThat(replacing(consent(Over.SAME_USER, bare(), Optional.of("subject-1")), busy, true)
                        .refreshToken())
                .isEqualTo(BEFORE.refreshToken());
    }

    // ---- helpers

    private static TokenSet replacing(Consent consent, TokenRecord before, boolean isOurs) {
        return consent.replacing(before, isOurs, () -> BEFORE);
    }

    private static Consent consent(Over over, TokenSet tokens, Optional<String> subject) {
        return new Consent(new Grant("grant-2", LATER), tokens, Set.of(), subject, over, GrantSource.ofClient());
    }

    private static Consent consent(Over over, Instant consentedAt, TokenSet tokens) {
        return new Consent(
                new Grant("grant-2", consentedAt), tokens, Set.of(), Optional.empty(), over, GrantSource.ofClient());
    }

    private static Consent imported(TokenSet tokens) {
        return new Consent(
                new Grant("grant-2", LATER),
                tokens,
                Set.of(),
                Optional.empty(),
                Over.ANYTHING,
                new GrantSource(RefreshModel.ROTATING, Optional.empty()));
    }

    private static TokenSet full(Instant issuedAt) {
        return TokenSet.builder(TestTokens.access())
                .refreshToken(TestTokens.refresh())
                .issuedAt(issuedAt)
                .build();
    }

    private static TokenSet bare() {
        return TokenSet.builder(TestTokens.access()).issuedAt(LATER).build();
    }
}
