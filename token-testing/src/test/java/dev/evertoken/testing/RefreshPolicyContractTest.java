package dev.evertoken.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.Schedule;
import dev.evertoken.spi.RefreshPolicy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The policy of this library keeps the contract, and one that breaks it is noticed. */
class RefreshPolicyContractTest {

    @Nested
    class HalfAnHourEarly extends RefreshPolicyContract {
        @Override
        protected RefreshPolicy policy() {
            return RefreshPolicy.early(Duration.ofMinutes(30));
        }
    }

    @Nested
    class NotEarlyAtAll extends RefreshPolicyContract {
        @Override
        protected RefreshPolicy policy() {
            return RefreshPolicy.early(Duration.ZERO);
        }
    }

    @Nested
    class AWeekEarly extends RefreshPolicyContract {
        @Override
        protected RefreshPolicy policy() {
            return RefreshPolicy.early(Duration.ofDays(7));
        }
    }

    private record Broken(RefreshPolicy given) {
        RefreshPolicyContract contract() {
            return new RefreshPolicyContract() {
                @Override
                protected RefreshPolicy policy() {
                    return given;
                }
            };
        }
    }

    @Test
    void isRedForAPolicyThatRefreshesBeforeTheIssue() {
        RefreshPolicy anHourEarly = facts -> new Schedule(facts.expiresAt().minusSeconds(3600), facts.expiresAt());

        assertThatThrownBy(() -> new Broken(anHourEarly).contract().refreshesBetweenIssueAndExpiry())
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void isRedForAPolicyThatMovesTheEnd() {
        RefreshPolicy longer =
                facts -> new Schedule(facts.issuedAt(), facts.expiresAt().plusSeconds(1));

        assertThatThrownBy(() -> new Broken(longer).contract().doesNotChangeTheExpiryOfTheProvider())
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void isRedForAPolicyThatDoesNotHearTheProvider() {
        RefreshPolicy atOnce = facts -> new Schedule(facts.issuedAt(), facts.expiresAt());

        assertThatThrownBy(() -> new Broken(atOnce).contract().neverRefreshesBeforeTheProviderIssuesANewToken())
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> new Broken(atOnce).contract().neverRefreshesBeforeTheEarliestAge())
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void isRedForAPolicyThatThrowsDice() {
        AtomicInteger dice = new AtomicInteger();
        RefreshPolicy restless =
                facts -> new Schedule(facts.expiresAt().minusNanos(dice.incrementAndGet()), facts.expiresAt());

        assertThatThrownBy(() -> new Broken(restless).contract().returnsTheSameScheduleForEqualFacts())
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> new Broken(restless).contract().returnsTheSameScheduleOnAllThreads())
                .isInstanceOf(AssertionError.class);
    }
}
