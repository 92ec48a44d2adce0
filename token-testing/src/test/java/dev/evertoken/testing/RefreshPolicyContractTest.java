package dev.evertoken.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.Schedule;
import dev.evertoken.spi.RefreshPolicy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The policy of this library keeps the contract, and the contract fails for a policy that breaks it. */
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
    void theContractFailsForARefreshBeforeTheIssue() {
        RefreshPolicy anHourEarly = facts -> new Schedule(facts.expiresAt().minusSeconds(3600), facts.expiresAt());

        assertThatThrownBy(() -> new Broken(anHourEarly).contract().refreshesBetweenIssueAndExpiry())
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void theContractFailsForAChangedExpiry() {
        RefreshPolicy longer =
                facts -> new Schedule(facts.issuedAt(), facts.expiresAt().plusSeconds(1));

        assertThatThrownBy(() -> new Broken(longer).contract().doesNotChangeTheExpiryOfTheProvider())
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void theContractFailsForAPolicyThatIgnoresTheProvider() {
        RefreshPolicy atOnce = facts -> new Schedule(facts.issuedAt(), facts.expiresAt());

        assertThatThrownBy(() -> new Broken(atOnce).contract().neverRefreshesBeforeTheProviderIssuesANewToken())
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> new Broken(atOnce).contract().neverRefreshesBeforeTheEarliestAge())
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void theContractFailsForARandomPolicy() {
        AtomicInteger calls = new AtomicInteger();
        RefreshPolicy changing =
                facts -> new Schedule(facts.expiresAt().minusNanos(calls.incrementAndGet()), facts.expiresAt());

        assertThatThrownBy(() -> new Broken(changing).contract().returnsTheSameScheduleForEqualFacts())
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> new Broken(changing).contract().returnsTheSameScheduleOnAllThreads())
                .isInstanceOf(AssertionError.class);
    }
}
