package dev.evertoken.internal.record;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When tokens expire and are due: the provider decides within its bounds, then the policy. */
class LifetimesTest {

    private static final Instant ISSUED = NOW.minusSeconds(60);
    private static final ProviderProfile PLAIN = profile(RefreshModel.STATIC).build();

    private final ManualClock clock = ManualClock.at(NOW);
    private final List<RefreshPolicy.Facts> asked = new ArrayList<>();

    @Test
    void anExpiryInTheResponseIsUsedAndThePolicyDecidesTheRefreshTime() {
        Instant end = ISSUED.plus(Duration.ofHours(1));
        Instant refreshTokenEnd = NOW.plus(Duration.ofDays(30));

        Lifetime lifetime = lifetime(
                RefreshModel.STATIC,
                PLAIN,
                tokens().expiresAt(end).refreshTokenExpiresAt(refreshTokenEnd).build());

        assertThat(lifetime.issuedAt()).isEqualTo(ISSUED);
        assertThat(lifetime.expiresAt()).contains(end);
        assertThat(lifetime.expiryAssumed()).isFalse();
        assertThat(lifetime.refreshTokenExpiresAt()).contains(refreshTokenEnd);
        assertThat(lifetime.refreshAt()).contains(end.minus(Duration.ofMinutes(5)));
        assertThat(lifetime.notBefore()).isEmpty();
        assertThat(asked)
                .containsExactly(new RefreshPolicy.Facts(
                        ALICE, RefreshModel.STATIC, ISSUED, end, Optional.empty(), Optional.empty()));
    }

    @Test
    void aMissingExpiryIsTheProvidersDefaultAndMarkedAsAssumed() {
        ProviderProfile twoHours = profile(RefreshModel.STATIC)
                .defaultLifetime(Duration.ofHours(2))
                .build();

        Lifetime lifetime = lifetime(RefreshModel.STATIC, twoHours, tokens().build());

        assertThat(lifetime.expiresAt()).contains(ISSUED.plus(Duration.ofHours(2)));
        assertThat(lifetime.expiryAssumed()).isTrue();
    }

    @Test
    @Fault({"N1", "N8"})
    void anExpiryIsUsedUnlessItIsBeyondTheLongestLifetimeOrNotAfterTheIssue() {
        ProviderProfile aDay =
                profile(RefreshModel.STATIC).longestLifetime(Duration.ofDays(1)).build();
        Instant longest = ISSUED.plus(Duration.ofDays(1));
        Instant usual = ISSUED.plus(Duration.ofHours(1));
        Instant shortest = ISSUED.plus(Lifetimes.SHORTEST);

        assertEnd(aDay, ISSUED.minusSeconds(1), shortest, true);
        assertEnd(aDay, ISSUED, shortest, true);
        assertEnd(aDay, ISSUED.plusMillis(1), ISSUED.plusMillis(1), false);
        assertEnd(aDay, ISSUED.plusSeconds(20), ISSUED.plusSeconds(20), false);
        assertEnd(aDay, longest, longest, false);
        assertEnd(aDay, longest.plusMillis(1), usual, true);
        assertEnd(aDay, Instant.parse("2082-01-01T00:00:00Z"), usual, true);
    }

    @Test
    @Fault("N1")
    void aTokenThatDoesNotExpireIsExchangedAfterFiftyOfSixtyDaysAndNeverEnds() {
        ProviderProfile sixtyDays = profile(RefreshModel.EXTENDING)
                .defaultLifetime(Duration.ofDays(60))
                .longestLifetime(Duration.ofDays(61))
                .earliestRefreshAge(Duration.ofDays(1))
                .build();
        Lifetimes lifetimes = new Lifetimes(RefreshPolicy.early(Duration.ofMinutes(5)), clock);

        Lifetime lifetime = lifetimes.of(
                ALICE,
                RefreshModel.EXTENDING,
                sixtyDays,
                tokens().neverExpires().build());

        assertThat(lifetime.expiresAt()).isEmpty();
        assertThat(lifetime.expiryAssumed()).isFalse();
        assertThat(lifetime.notBefore()).contains(ISSUED.plus(Duration.ofDays(1)));
        assertThat(lifetime.refreshAt().orElseThrow())
                .isBetween(ISSUED.plus(Duration.ofDays(50)), ISSUED.plus(Duration.ofDays(55)));
        assertThat(lifetime.schedule().expiresAt()).isEqualTo(Schedule.NEVER);
    }

    @Test
    @Fault("N1")
    void aTokenThatDoesNotExpireAndHasARefreshTokenIsNeverDue() {
        Lifetime lifetime =
                lifetime(RefreshModel.STATIC, PLAIN, tokens().neverExpires().build());

        assertThat(lifetime.expiresAt()).isEmpty();
        assertThat(lifetime.refreshAt()).isEmpty();
        assertThat(lifetime.notBefore()).isEmpty();
    }

    @Test
    void theMinimumAgeOfATokenThatDoesNotExpireAppliesAfterItsFirstCheck() {
        ProviderProfile hourly = profile(RefreshModel.NON_EXPIRING)
                .earliestRefreshAge(Duration.ofHours(1))
                .build();
        ProviderProfile parent = profile(RefreshModel.EXTENDING)
                .earliestRefreshAge(Duration.ofHours(1))
                .build();
        TokenSet tokens = tokens().build();

        assertThat(lifetime(RefreshModel.NON_EXPIRING, hourly, tokens).notBefore())
                .as("a new grant")
                .isEmpty();
        assertThat(lifetimes()
                        .ofRefreshed(ALICE, RefreshModel.NON_EXPIRING, hourly, tokens)
                        .notBefore())
                .contains(ISSUED.plus(Duration.ofHours(1)));
        assertThat(lifetimes()
                        .ofRefreshed(ALICE, RefreshModel.NON_EXPIRING, parent, tokens)
                        .notBefore())
                .as("a derived token")
                .isEmpty();
    }

    private void assertEnd(ProviderProfile profile, Instant received, Instant end, boolean assumed) {
        Lifetime lifetime = lifetime(
                RefreshModel.STATIC, profile, tokens().expiresAt(received).build());
        assertThat(lifetime.expiresAt()).contains(end);
        assertThat(lifetime.expiryAssumed()).isEqualTo(assumed);
    }

    @Test
    void aNonExpiringTokenIsNeverDueUnlessTheResponseHasAnExpiry() {
        ProviderProfile forever = profile(RefreshModel.NON_EXPIRING).build();
        Instant end = ISSUED.plus(Duration.ofHours(1));

        Lifetime endless = lifetime(RefreshModel.NON_EXPIRING, forever, tokens().build());
        Lifetime ending = lifetime(
                RefreshModel.NON_EXPIRING, forever, tokens().expiresAt(end).build());

        assertThat(endless.expiresAt()).isEmpty();
        assertThat(endless.refreshAt()).isEmpty();
        assertThat(endless.expiryAssumed()).isFalse();
        assertThat(ending.expiresAt()).contains(end);
    }

    @Test
    void theProvidersRefreshBoundsApplyOnlyToGrantsOfItsOwnModel() {
        ProviderProfile bounded = profile(RefreshModel.EXTENDING)
                .earliestRefreshAge(Duration.ofDays(1))
                .largestMargin(Duration.ofHours(1))
                .build();
        TokenSet tokens = tokens().expiresAt(ISSUED.plus(Duration.ofDays(60))).build();

        Lifetime ownModel = lifetime(RefreshModel.EXTENDING, bounded, tokens);
        Lifetime otherModel = lifetime(RefreshModel.REISSUED, bounded, tokens);

        assertThat(ownModel.notBefore()).contains(ISSUED.plus(Duration.ofDays(1)));
        assertThat(otherModel.notBefore()).isEmpty();
        assertThat(asked)
                .extracting(RefreshPolicy.Facts::earliestRefreshAge)
                .containsExactly(Optional.of(Duration.ofDays(1)), Optional.empty());
        assertThat(asked)
                .extracting(RefreshPolicy.Facts::largestMargin)
                .containsExactly(Optional.of(Duration.ofHours(1)), Optional.empty());
    }

    @Test
    void theEarliestRefreshAgeDoesNotApplyToATokenThatExpiresBefore() {
        ProviderProfile aDay = profile(RefreshModel.EXTENDING)
                .earliestRefreshAge(Duration.ofDays(1))
                .build();
        Instant day = ISSUED.plus(Duration.ofDays(1));

        assertThat(lifetime(
                                RefreshModel.EXTENDING,
                                aDay,
                                tokens().expiresAt(day).build())
                        .notBefore())
                .isEmpty();
        assertThat(lifetime(
                                RefreshModel.EXTENDING,
                                aDay,
                                tokens().expiresAt(day.plusMillis(1)).build())
                        .notBefore())
                .contains(day);
    }

    @Test
    void aRefreshTimeThatIsTooEarlyIsMovedToTheEarliestAllowedTime() {
        TokenSet tokens = tokens().expiresAt(ISSUED.plus(Duration.ofHours(1))).build();
        Instant soonest = ISSUED.plus(Lifetimes.YOUNGEST_DUE);

        assertThat(due(ISSUED.minusSeconds(1), tokens)).isEqualTo(soonest);
        assertThat(due(soonest.minusMillis(1), tokens)).isEqualTo(soonest);
        assertThat(due(soonest, tokens)).isEqualTo(soonest);
        assertThat(due(soonest.plusMillis(1), tokens)).isEqualTo(soonest.plusMillis(1));
    }

    private Instant due(Instant wanted, TokenSet tokens) {
        Lifetimes lifetimes = new Lifetimes(facts -> new Schedule(wanted, facts.expiresAt()), clock);
        return lifetimes
                .of(ALICE, RefreshModel.STATIC, PLAIN, tokens)
                .refreshAt()
                .orElseThrow();
    }

    @Test
    void aTokenIsRefreshedAtItsExpiryIfThePolicyFails() {
        Instant end = ISSUED.plus(Duration.ofHours(1));
        Lifetimes failing = new Lifetimes(
                facts -> {
                    throw new IllegalStateException("planned by a test");
                },
                clock);

        Lifetime lifetime = failing.of(
                ALICE, RefreshModel.STATIC, PLAIN, tokens().expiresAt(end).build());

        assertThat(lifetime.refreshAt()).contains(end);
    }

    @Test
    void aTokenMarkedAsDueNowKeepsItsExpiry() {
        Instant end = ISSUED.plus(Duration.ofHours(1));
        Instant refreshTokenEnd = NOW.plus(Duration.ofDays(30));
        Lifetime old = new Lifetime(
                ISSUED,
                Optional.of(end),
                true,
                Optional.of(refreshTokenEnd),
                Optional.of(end.minusSeconds(1)),
                Optional.of(end.minusSeconds(2)));

        assertThat(lifetimes().dueNow(old))
                .isEqualTo(new Lifetime(
                        ISSUED,
                        Optional.of(end),
                        true,
                        Optional.of(refreshTokenEnd),
                        Optional.of(NOW),
                        Optional.empty()));
    }

    private Lifetime lifetime(RefreshModel model, ProviderProfile profile, TokenSet tokens) {
        return lifetimes().of(ALICE, model, profile, tokens);
    }

    private Lifetimes lifetimes() {
        return new Lifetimes(
                facts -> {
                    asked.add(facts);
                    return new Schedule(facts.expiresAt().minus(Duration.ofMinutes(5)), facts.expiresAt());
                },
                clock);
    }

    private static ProviderProfile.Builder profile(RefreshModel model) {
        return ProviderProfile.builder(model);
    }

    private static TokenSet.Builder tokens() {
        return TokenSet.builder(TestTokens.access()).issuedAt(ISSUED);
    }
}
