package dev.evertoken.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.RefreshPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link RefreshPolicy}; extend it and return your policy. Not thread-safe; JUnit creates an instance
 * for each test.
 */
public abstract class RefreshPolicyContract {

    private static final Instant ISSUED = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<Duration> LIFETIMES = List.of(
            Duration.ofMillis(1),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(90),
            Duration.ofHours(6),
            Duration.ofDays(60),
            Duration.ofDays(3650));

    /** For subclasses. */
    protected RefreshPolicyContract() {}

    /** Returns the policy under test; with the same settings at every call. */
    protected abstract RefreshPolicy policy();

    @Test
    protected void refreshesBetweenIssueAndExpiry() {
        for (RefreshPolicy.Facts facts : everyKind()) {
            Schedule schedule = policy().schedule(facts);

            assertFalse(schedule.refreshAt().isBefore(facts.issuedAt()), () -> facts + " refreshes before its issue");
            assertFalse(schedule.refreshAt().isAfter(facts.expiresAt()), () -> facts + " refreshes after its expiry");
        }
    }

    @Test
    protected void doesNotChangeTheExpiryOfTheProvider() {
        for (RefreshPolicy.Facts facts : everyKind()) {
            assertEquals(facts.expiresAt(), policy().schedule(facts).expiresAt(), facts::toString);
        }
    }

    @Test
    protected void neverRefreshesBeforeTheProviderIssuesANewToken() {
        for (RefreshPolicy.Facts facts : everyKind()) {
            Schedule schedule = policy().schedule(facts);

            facts.largestMargin()
                    .ifPresent(margin -> assertFalse(
                            schedule.refreshAt().isBefore(facts.expiresAt().minus(margin)),
                            () -> facts + " is refreshed when the provider returns the same token"));
        }
    }

    @Test
    protected void neverRefreshesBeforeTheEarliestAge() {
        for (RefreshPolicy.Facts facts : everyKind()) {
            Schedule schedule = policy().schedule(facts);

            facts.earliestRefreshAge()
                    .map(facts.issuedAt()::plus)
                    .filter(earliest -> !earliest.isAfter(facts.expiresAt()))
                    .ifPresent(earliest -> assertFalse(
                            schedule.refreshAt().isBefore(earliest), () -> facts + " is refreshed too early"));
        }
    }

    @Test
    protected void returnsTheSameScheduleForEqualFacts() {
        for (RefreshPolicy.Facts facts : everyKind()) {
            assertEquals(policy().schedule(facts), policy().schedule(facts), facts::toString);
        }
    }

    @Test
    protected void returnsTheSameScheduleOnAllThreads() {
        RefreshPolicy shared = policy();
        for (RefreshPolicy.Facts facts : everyKind()) {
            Schedule alone = shared.schedule(facts);
            List<Schedule> together = IntStream.range(0, 64)
                    .parallel()
                    .mapToObj(any -> shared.schedule(facts))
                    .distinct()
                    .toList();
            assertEquals(List.of(alone), together, facts::toString);
        }
    }

    private static List<RefreshPolicy.Facts> everyKind() {
        List<RefreshPolicy.Facts> all = new ArrayList<>();
        for (RefreshModel model : RefreshModel.values()) {
            for (Duration lifetime : LIFETIMES) {
                for (Optional<Duration> earliest :
                        List.of(Optional.<Duration>empty(), Optional.of(Duration.ofHours(24)))) {
                    for (Optional<Duration> margin :
                            List.of(Optional.<Duration>empty(), Optional.of(Duration.ofHours(1)))) {
                        TokenKey key = TokenKey.of("acme", "account-" + all.size());
                        all.add(new RefreshPolicy.Facts(key, model, ISSUED, ISSUED.plus(lifetime), earliest, margin));
                    }
                }
            }
        }
        return all;
    }
}
