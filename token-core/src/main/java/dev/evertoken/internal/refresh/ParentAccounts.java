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
import dev.evertoken.spi.provider.RefreshOutcome;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Duration;
import java.util.Optional;

/**
 * Looks after accounts whose tokens come from another account's, as a page's from its administrator's.
 *
 * <p>Such a child has a record and a claim of its own, and its token is served as long as it is valid, whatever has
 * become of the parent. To derive it again takes the parent's token, which the parent's own cycle brings before the
 * child is claimed. A parent that cannot give one leaves the child's record as it is: the child tells the parent's
 * problem whenever it is asked, and is as good as before when the parent is. Thread-safe.
 */
public final class ParentAccounts {

    public static final String REJECTED_TWICE = "the provider does not accept its token, nor another one";

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
     * Sees to it that the parent's token is at hand; does nothing for an account with a grant of its own.
     *
     * @throws ParentTokenRequired if the parent's cycle has to bring it first
     * @throws TokenException with the parent's problem if it has none
     */
    void require(RefreshAttempt attempt, TokenRecord child) throws ParentTokenRequired {
        if (child.parent().isEmpty()) {
            return;
        }
        TokenKey key = child.parent().get();
        TokenRecord parent = usable(child.key(), key);
        ParentToken given = attempt.parent();
        given.failure(key).ifPresent(why -> {
            throw exceptions.ofParent(child.key(), key, why);
        });
        AccessToken token = given.of(key).orElseThrow(() -> new ParentTokenRequired(key, Optional.empty()));
        given.hold(held(child.key(), parent, attempt.client().client(), token));
    }

    /**
     * Says what an answer to a derivation amounts to. A parent's token that is not accepted is replaced once, by the
     * parent's own cycle, which may find its grant dead; the child's record is never marked for it.
     *
     * @param giveBack gives the child's claim back
     * @throws ParentTokenRequired if another token of the parent has to be brought first
     */
    RefreshOutcome judged(RefreshAttempt attempt, TokenRecord child, RefreshOutcome outcome, Runnable giveBack)
            throws ParentTokenRequired {
        if (child.parent().isEmpty() || !isOfTheParent(outcome)) {
            return outcome;
        }
        attempt.client().health().succeeded(attempt.key());
        Optional<ParentTokenRequired> other = attempt.parent().rejected();
        if (other.isPresent()) {
            giveBack.run();
            throw other.get();
        }
        String detail = "its parent " + child.parent().get() + ": " + REJECTED_TWICE;
        return new RefreshOutcome.Refused(
                TokenVerdict.of(TokenVerdict.Kind.UNKNOWN, Problem.API_REJECTS_TOKEN, detail));
    }

    private static boolean isOfTheParent(RefreshOutcome outcome) {
        return outcome instanceof RefreshOutcome.Refused refused
                && refused.verdict().kind() == TokenVerdict.Kind.GRANT_DEAD;
    }

    /**
     * Returns a parent's newest tokens with the access token that its cycle has brought, which may be newer.
     *
     * @param child for whom
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
     * Returns the record of a parent that may have a token to derive from.
     *
     * @param child for whom; the parent itself, if it is asked for its own sake
     * @throws TokenException about the child, with the problem of the parent if it cannot
     */
    public TokenRecord usable(TokenKey child, TokenKey parent) {
        try {
            TokenRecord record = record(parent);
            trouble(child, record).ifPresent(why -> {
                throw why;
            });
            return record;
        } catch (TokenException e) {
            throw exceptions.ofParent(child, parent, e);
        }
    }

    /** @throws TokenException about the parent if it has no record that can be read */
    TokenRecord record(TokenKey parent) {
        try {
            return store.load(parent).orElseThrow(() -> exceptions.notConnected(parent));
        } catch (UnreadableRecordException e) {
            throw exceptions.unreadable(parent, e);
        }
    }

    private Optional<TokenException> trouble(TokenKey child, TokenRecord parent) {
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

    /** Only what nothing but a new consent can change: the rest is found out by the parent's own cycle. */
    private Optional<TokenException> ended(TokenRecord parent) {
        ConnectionState state = parent.health().state();
        boolean over = !time.now().isBefore(parent.lifetime().schedule().expiresAt());
        if (state == ConnectionState.NEEDS_REAUTH || (state == ConnectionState.NOT_REFRESHABLE && over)) {
            Problem problem = parent.health().problem().orElse(Problem.GRANT_DEAD);
            String told = parent.failures().detail();
            return Optional.of(exceptions.problem(parent.key(), problem, told.isEmpty() ? problem.advice() : told));
        }
        return Optional.empty();
    }
}
