package dev.evertoken.spi.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.http.ResponseDecider.Decision;
import dev.evertoken.spi.http.ResponseDecider.Sent;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spi.provider.ResourceVerdict.Action;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Which rejected tokens are reported to their account. */
class ReportedTokensTest {

    private static final Instant NOW = SampleRecords.NOW;
    private static final AccessToken SENT = token("sent-0123456789", 1);
    private static final AccessToken OTHER = token("other-0123456789", 2);
    private static final ResourceVerdict INVALID = adopt(Problem.GRANT_DEAD);

    private final ResponseDecider decider = new ResponseDecider();

    private static AccessToken token(String value, long generation) {
        return new AccessToken(Secret.of(value), "Bearer", Optional.empty(), "grant-1", generation, NOW, Set.of());
    }

    private static ResourceVerdict adopt(Problem problem) {
        return new ResourceVerdict(Action.ADOPT_ONLY, Optional.of(problem), Optional.empty(), "invalid");
    }

    /** An account whose API gives one verdict and that has at most one other token. */
    private static final class Account implements RequestAuthorizer {
        private final ResourceVerdict verdict;
        private final Optional<AccessToken> newest;
        private final Optional<TokenException> failure;
        private final List<AccessToken> reported = new ArrayList<>();
        private boolean failsOnReports;

        Account(ResourceVerdict verdict, Optional<AccessToken> newest, Optional<TokenException> failure) {
            this.verdict = verdict;
            this.newest = newest;
            this.failure = failure;
        }

        @Override
        public void rejected(AccessToken token) {
            reported.add(token);
            if (failsOnReports) {
                throw new IllegalStateException("an account that fails");
            }
        }

        @Override
        public Optional<AccessToken> newest(AccessToken rejected) {
            failure.ifPresent(why -> {
                throw why;
            });
            return newest;
        }

        @Override
        public CompletableFuture<Optional<AccessToken>> newestAsync(AccessToken rejected) {
            return CompletableFuture.supplyAsync(() -> newest(rejected), Runnable::run);
        }

        @Override
        public AccessToken replace(AccessToken rejected) {
            return newest(rejected).orElse(rejected);
        }

        @Override
        public CompletableFuture<AccessToken> replaceAsync(AccessToken rejected) {
            return CompletableFuture.supplyAsync(() -> replace(rejected), Runnable::run);
        }

        @Override
        public AccessToken accessToken() {
            return SENT;
        }

        @Override
        public CompletableFuture<AccessToken> accessTokenAsync() {
            return CompletableFuture.completedFuture(SENT);
        }

        @Override
        public ResourceDialect resourceDialect() {
            return (context, response) -> verdict;
        }

        @Override
        public Instant now() {
            return NOW;
        }

        @Override
        public boolean allows(String scheme, String host) {
            return true;
        }
    }

    private static TokenException failure(Problem problem) {
        return TokenException.about(problem).detail("a test").build();
    }

    /** Returns the tokens that are reported by a wrapper that waits and by one that does not. */
    private List<AccessToken> reported(
            ResourceVerdict verdict, Optional<AccessToken> newest, Optional<Problem> failure) {
        Account waiting = new Account(verdict, newest, failure.map(ReportedTokensTest::failure));
        Account asynchronous = new Account(verdict, newest, failure.map(ReportedTokensTest::failure));
        Decision decision = decider.first(waiting, sent(), response());
        assertThat(decider.firstAsync(asynchronous, sent(), response()).join()).isEqualTo(decision);
        assertThat(asynchronous.reported).isEqualTo(waiting.reported);
        return waiting.reported;
    }

    private static Sent sent() {
        return new Sent(SENT, "api.example", true, Optional.empty());
    }

    private static ProviderResponse response() {
        return new ProviderResponse(400, Map.of(), "", NOW);
    }

    @Test
    void anInvalidTokenWithoutANewerOneIsReported() {
        assertThat(reported(INVALID, Optional.empty(), Optional.empty())).containsExactly(SENT);
        assertThat(reported(INVALID, Optional.of(SENT), Optional.empty())).containsExactly(SENT);
        assertThat(reported(INVALID, Optional.of(OTHER), Optional.empty())).isEmpty();
    }

    @Test
    void aRejectionThatIsNotTheTokensOrThatARefreshAnswersIsNotReported() {
        ResourceVerdict refresh = ResourceVerdict.refresh("answered 401");
        assertThat(reported(refresh, Optional.of(OTHER), Optional.empty())).isEmpty();
        assertThat(reported(refresh, Optional.empty(), Optional.of(Problem.GRANT_DEAD)))
                .isEmpty();
        assertThat(reported(refresh, Optional.empty(), Optional.of(Problem.NO_REFRESH_TOKEN)))
                .as("the account knows")
                .isEmpty();
        assertThat(reported(INVALID, Optional.empty(), Optional.of(Problem.STORE_UNAVAILABLE)))
                .isEmpty();
        assertThat(reported(adopt(Problem.API_REJECTS_TOKEN), Optional.empty(), Optional.empty()))
                .isEmpty();
        ResourceVerdict limited = ResourceVerdict.pass(Problem.RATE_LIMITED, "a limit");
        assertThat(reported(limited, Optional.empty(), Optional.empty())).isEmpty();
    }

    @Test
    void anAccountThatFailsToTakeTheReportDoesNotFailTheCall() {
        Account account = new Account(INVALID, Optional.empty(), Optional.empty());
        account.failsOnReports = true;

        assertThat(decider.first(account, sent(), response()).verdict()).isEqualTo(INVALID);
        assertThat(account.reported).containsExactly(SENT);
    }
}
