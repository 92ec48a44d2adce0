package dev.evertoken.googleauth;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.http.ResponseDecider;
import dev.evertoken.spi.http.ResponseDecider.Decision;
import dev.evertoken.spi.http.ResponseDecider.Sent;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.ResourceVerdict;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that credentials have supplied, and so those that a call of {@code refresh()} can reject.
 *
 * <p>{@code refresh()} has no parameter. A library that calls it after a response does so on the thread that requested
 * the token, so each thread has its last token: a thread whose token was replaced meanwhile gets the new one, and
 * causes no second refresh. Thread-safe.
 */
final class SuppliedTokens {

    private final RequestAuthorizer account;
    private final ResponseDecider decider = new ResponseDecider();
    private final AtomicReference<@Nullable Sent> last = new AtomicReference<>();

    @SuppressWarnings("ThreadLocalUsage") // one for each account, not for each class
    private final ThreadLocal<OfThread> threads = ThreadLocal.withInitial(OfThread::new);

    SuppliedTokens(RequestAuthorizer account) {
        this.account = account;
    }

    OfThread ofThisThread() {
        return threads.get();
    }

    /** The last token that was supplied to one thread, and whether it came from a rejection. Thread-safe. */
    final class OfThread {

        private volatile @Nullable Sent own;

        /** The decision from which the last token came; null if it did not come from a call of {@link #replace}. */
        private volatile @Nullable Decision cause;

        /** The decision of a call of {@link #replace} whose token was not supplied yet. */
        private volatile @Nullable Decision pending;

        void add(AccessToken token, String host) {
            Sent sent = new Sent(token, host, true, Optional.empty());
            own = sent;
            cause = pending;
            pending = null;
            last.set(sent);
        }

        /** Replaces the last token. */
        void replace() {
            Sent mine = own;
            Sent rejected = mine == null ? last.get() : mine;
            if (rejected == null) {
                return;
            }
            Decision earlier = cause;
            if (earlier != null) {
                throw failure(decider.second(account, rejected, earlier, refusal()));
            }
            Decision decision = decider.first(account, rejected, refusal());
            if (decision.next().isEmpty()) {
                throw failure(decision.verdict());
            }
            pending = decision;
        }

        private ProviderResponse refusal() {
            return new ProviderResponse(401, Map.of(), "", account.now());
        }

        /** Returns why there is no other token: the failure of the account if it has none, otherwise the verdict. */
        private TokenException failure(ResourceVerdict verdict) {
            try {
                account.accessToken();
            } catch (TokenException e) {
                return e;
            }
            return TokenException.about(verdict.problem().orElse(Problem.API_REJECTS_TOKEN))
                    .detail(account + ": " + verdict.detail())
                    .retryAt(verdict.until().orElse(null))
                    .build();
        }
    }
}
