package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Handles accounts whose tokens are derived from another account's, such as a page's from its administrator's.
 *
 * <p>Such a child has its own record and claim, and its token is served while it is valid, regardless of the state of
 * the parent. Deriving a new token takes the parent's token, which the parent's own cycle obtains before the child is
 * claimed. A parent without a usable token leaves the child's record unchanged: requests for the child report the
 * parent's problem until the parent has recovered. Thread-safe.
 */
public final class ParentAccounts {

    public static final String REJECTED_TWICE = "the provider refused its token and then a new one";

    private final MonitoredStore store;
    private final RecordMapper mapper;
    private final TokenExceptions exceptions;
    private final Timekeeper time;
    private final Duration callDeadline;

    public ParentAccounts(
            MonitoredStore store,
            RecordMapper mapper,
            TokenExceptions exceptions,
            Timekeeper time,
            Duration callDeadline) {
        this.store = store;
        this.mapper = mapper;
        this.exceptions = exceptions;
        this.time = time;
        this.callDeadline = callDeadline;
    }

    /**
     * Makes sure that the parent's token is available; does nothing for an account with its own grant.
     *
     * @return the wait for the parent's cycle, which has to obtain the token first; empty if nothing is missing
     * @throws TokenException with the parent's problem if the parent has no token
     */
    Optional<CycleStep> require(RefreshAttempt attempt, TokenRecord child) {
        if (child.parent().isEmpty()) {
            return Optional.empty();
        }
        TokenKey key = child.parent().get();
        TokenRecord parent = usable(child.key(), key);
        ParentToken given = attempt.parent();
        given.failure(key).ifPresent(why -> {
            throw exceptions.ofParent(child.key(), key, why);
        });
        Optional<AccessToken> token = given.of(key);
        if (token.isEmpty()) {
            attempt.claimAnew();
            return Optional.of(new CycleStep.WaitFor(given.request(key)));
        }
        given.hold(held(child.key(), parent, attempt.client().client(), token.get()));
        return Optional.empty();
    }

    /**
     * Has the parent's token replaced if the provider refused it for a derivation, once in an attempt. The parent's own
     * cycle replaces it, and may find that the parent's grant is invalid. The child's record is never marked for that.
     *
     * @param giveBack releases the child's claim
     * @return the wait for the parent's other token; empty if the outcome stands
     */
    Optional<CycleStep> replacedToken(
            RefreshAttempt attempt, TokenRecord child, TokenOutcome outcome, Runnable giveBack) {
        if (!isRefusalOfParent(child, outcome)) {
            return Optional.empty();
        }
        attempt.client().health().succeeded(attempt.key());
        Optional<CompletableFuture<?>> other = attempt.parent().replace();
        if (other.isEmpty()) {
            return Optional.empty();
        }
        giveBack.run();
        attempt.claimAnew();
        return Optional.of(new CycleStep.WaitFor(other.get()));
    }

    /** Returns the outcome as it concerns the child: a refusal of the parent's token does not end the child's grant. */
    static TokenOutcome ofChild(TokenRecord child, TokenOutcome outcome) {
        if (!isRefusalOfParent(child, outcome)) {
            return outcome;
        }
        String detail = "its parent " + child.parent().orElseThrow() + ": " + REJECTED_TWICE;
        return new TokenOutcome.Refused(TokenVerdict.of(TokenVerdict.Kind.UNKNOWN, Problem.API_REJECTS_TOKEN, detail));
    }

    private static boolean isRefusalOfParent(TokenRecord child, TokenOutcome outcome) {
        return child.parent().isPresent()
                && outcome instanceof TokenOutcome.Refused refused
                && refused.verdict().kind() == TokenVerdict.Kind.GRANT_DEAD;
    }

    /**
     * Returns a parent's tokens with the access token that its cycle returned, which may be newer than the record's.
     *
     * @param child the account that needs them
     */
    public HeldTokens held(TokenKey child, TokenRecord parent, Client client, AccessToken token) {
        try {
            TokenSet stored = mapper.tokens(parent);
            TokenSet newest = parent.grant().id().equals(token.grantId())
                    ? stored.toBuilder()
                            .accessToken(token.value())
                            .tokenType(token.tokenType())
                            .issuedAt(token.issuedAt())
                            .expiresAt(token.expiresAt())
                            .build()
                    : stored;
            return new HeldTokens(parent.key(), client, newest, callDeadline, time);
        } catch (TokenException e) {
            throw exceptions.ofParent(child, parent.key(), e);
        }
    }

    /**
     * Returns the record of a parent from whose token another one may be derived.
     *
     * @param child the account that needs it, or the parent itself if no other account does
     * @throws TokenException about the child, with the parent's problem, if the parent cannot be used
     */
    public TokenRecord usable(TokenKey child, TokenKey parent) {
        try {
            TokenRecord record = record(parent);
            problem(child, record).ifPresent(why -> {
                throw why;
            });
            return record;
        } catch (TokenException e) {
            throw exceptions.ofParent(child, parent, e);
        }
    }

    /**
     * Returns the record of a parent.
     *
     * @throws TokenException about the parent if it has no readable record
     */
    TokenRecord record(TokenKey parent) {
        try {
            return store.load(parent).orElseThrow(() -> exceptions.notConnected(parent, store.absence(parent)));
        } catch (UnreadableRecordException e) {
            throw exceptions.unreadable(parent, e);
        }
    }

    /** Returns the record of the parent that an exception blames; empty if there is none or it cannot be read. */
    Optional<TokenRecord> blamed(TokenException why) {
        try {
            return why.parent().map(this::record);
        } catch (TokenException e) {
            return Optional.empty();
        }
    }

    private Optional<TokenException> problem(TokenKey child, TokenRecord parent) {
        if (parent.parent().isPresent()) {
            return Optional.of(exceptions.problem(
                    parent.key(),
                    Problem.NOT_SUPPORTED,
                    "its own token comes from " + parent.parent().get()));
        }
        if (!parent.key().registration().equals(child.registration())) {
            return Optional.of(exceptions.problem(
                    parent.key(), Problem.NOT_SUPPORTED, "a parent is another account of the same registration"));
        }
        Optional<TokenException> foreign = mapper.ownership().otherApplication(parent);
        return foreign.isPresent() ? foreign : ended(parent);
    }

    /** Returns only problems that a new consent alone can solve; the parent's own cycle detects all others. */
    private Optional<TokenException> ended(TokenRecord parent) {
        ConnectionState state = parent.health().state();
        boolean expired = !time.now().isBefore(parent.lifetime().schedule().expiresAt());
        if (state == ConnectionState.NEEDS_REAUTH || (state == ConnectionState.NOT_REFRESHABLE && expired)) {
            Problem problem = parent.health().problem().orElse(Problem.GRANT_DEAD);
            String detail = parent.failures().detail();
            return Optional.of(exceptions.problem(parent.key(), problem, detail.isEmpty() ? problem.advice() : detail));
        }
        return Optional.empty();
    }
}
