package dev.evertoken.internal.refresh;

import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.event.Listeners;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.refresh.Claims.Standing;
import dev.evertoken.internal.refresh.RefreshDecision.Step;
import dev.evertoken.internal.refresh.Settlement.Marked;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.RefreshOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One cycle for one account: load, claim, call, settle, publish. Runs on an engine thread, one at a time for
 * each account in this process; the claim keeps other processes out.
 *
 * <ol>
 *   <li>load: first save what this host still holds for the account, then read the record and judge it
 *   <li>claim: one compare-and-set; whoever loses it loads again, whoever finds a peer's waits
 *   <li>call: the provider, with a last look at our own clock before the first byte
 *   <li>settle: journal, then save; or write down the failure
 *   <li>publish: the cell has the token; then {@link SingleFlight} frees the slot and {@link Listeners} tell
 * </ol>
 */
final class RefreshCycle {

    /** An answer without an access token is followed by one more call, not by many. */
    private static final int MOST_CALLS = 2;

    private static final Duration PARENT_PAUSE = Duration.ofSeconds(30);

    private final MonitoredStore store;
    private final RecordMapper mapper;
    private final RecordLoader recordLoader;
    private final Claims claims;
    private final RefreshDecision decision;
    private final ClaimWaits waits;
    private final ProviderCall provider;
    private final OutageCopies outageCopies;
    private final StaleFallback staleFallback;
    private final RefreshTokenLock refreshTokenLock = new RefreshTokenLock();
    private final ResponseSaver responseSaver;
    private final FailureRecorder failureRecorder;
    private final ParentAccounts parents;
    private final UserLookups userLookups;
    private final CachePublisher publisher;
    private final StoreRollbackGuard rollbackGuard;
    private final Journal journal;
    private final TokenExceptions exceptions;
    private final Timekeeper time;
    private final CompletableFuture<Void> closing;

    RefreshCycle(EngineContext context) {
        this.store = context.store();
        this.mapper = context.mapper();
        this.claims = context.claims();
        this.decision = new RefreshDecision(context.settings(), context.gate());
        this.waits = new ClaimWaits(context);
        this.provider = new ProviderCall(context);
        this.outageCopies = new OutageCopies(context.store(), context.pendingWrites(), context.time());
        this.recordLoader = new RecordLoader(context, outageCopies);
        this.staleFallback = new StaleFallback(outageCopies, context.exceptions(), context.time());
        this.responseSaver = new ResponseSaver(context);
        this.failureRecorder = context.failureRecorder();
        this.parents = context.parents();
        this.userLookups = context.userLookups();
        this.publisher = context.publisher();
        this.rollbackGuard = context.rollbackGuard();
        this.journal = context.journal();
        this.exceptions = context.exceptions();
        this.time = context.time();
        this.closing = context.closing();
    }

    /**
     * Returns a token that satisfies {@code ask}, from the store or the provider.
     *
     * @param parent the token of the account's parent, if that one has one and it has been brought
     * @param tell takes the events, to be told when the slot is free
     * @throws ParentTokenRequired if the parent's token has to be brought first; run again with it then
     * @throws TokenException that says why there is none and what to do
     */
    AccessToken run(
            Cell cell,
            RegisteredClient client,
            TokenRequirement requirement,
            ParentToken parent,
            Consumer<TokenEvent> tell)
            throws ParentTokenRequired {
        try (RefreshAttempt attempt = new RefreshAttempt(cell, client, requirement, parent, tell, mapper.newId())) {
            Optional<AccessToken> done = Optional.empty();
            while (done.isEmpty()) {
                done = loadAndAct(attempt);
            }
            return done.get();
        } catch (TokenException e) {
            return staleFallback.or(cell, requirement, e, tell);
        }
    }

    // ---- 1 load

    /** Loads, decides and acts; empty means: load again. */
    private Optional<AccessToken> loadAndAct(RefreshAttempt attempt) throws ParentTokenRequired {
        TokenRecord record;
        try {
            record = recordLoader.record(attempt);
        } catch (TokenStoreException e) {
            return actOnCopy(attempt, e);
        }
        Standing standing = claims.standing(record, attempt.claimId());
        if (standing == Standing.MINE) {
            return call(attempt, record);
        }
        Instant now = time.now();
        Step step = decision.judge(
                record,
                attempt.requirement(),
                standing,
                failureRecorder.hold(attempt, record, now),
                attempt.client().client().profile(),
                now);
        return act(attempt, record, step);
    }

    /** The store does not answer: goes by the newest copy as far as that does no harm. */
    private Optional<AccessToken> actOnCopy(RefreshAttempt attempt, TokenStoreException down)
            throws ParentTokenRequired {
        Instant now = time.now();
        TokenRecord copy = outageCopies
                .newest(attempt.key())
                .filter(known -> mapper.ownership()
                        .foreign(known, attempt.client().client())
                        .isEmpty())
                .filter(known -> !attempt.requirement().anyValidTokenWillDo()
                        || !attempt.cell().knowsLaterThan(known, now.toEpochMilli()))
                .orElseThrow(() -> down);
        Step step = decision.judgeCopy(copy, attempt.requirement(), failureRecorder.hold(attempt, copy, now), now)
                .orElseThrow(() -> down);
        attempt.goesByCopy(true);
        outageCopies.serves(attempt.key(), copy.generation(), down, attempt::tell);
        return step instanceof Step.Serve serve
                ? Optional.of(publisher.serveCopy(attempt.cell(), copy, serve.lookAgain()))
                : act(attempt, copy, step);
    }

    private Optional<AccessToken> act(RefreshAttempt attempt, TokenRecord record, Step step)
            throws ParentTokenRequired {
        if (step instanceof Step.Adopt) {
            return Optional.of(publisher.publish(attempt.cell(), record));
        }
        if (step instanceof Step.Serve serve) {
            return Optional.of(publisher.serve(attempt.cell(), record, serve.lookAgain()));
        }
        if (step instanceof Step.Refuse refuse) {
            throw exceptions.problem(
                    attempt.key(),
                    refuse.problem(),
                    refuse.detail(),
                    refuse.retryAt().orElse(null));
        }
        if (step instanceof Step.Take take) {
            return claimAndCall(attempt, record, take.takingOver());
        }
        waits.forPeer(attempt, record);
        return Optional.empty();
    }

    // ---- 2 claim

    private Optional<AccessToken> claimAndCall(RefreshAttempt attempt, TokenRecord record, boolean takingOver)
            throws ParentTokenRequired {
        mapper.tokens(record); // what cannot be opened must not be claimed
        try {
            parents.require(attempt, record);
        } catch (TokenException e) {
            return Optional.of(withoutParent(attempt, record, e));
        }
        if (!refreshTokenLock.enter(attempt, record)) {
            waits.forOtherAccount(attempt);
            return Optional.empty(); // another account of this process is spending the same refresh token
        }
        if (ResponseSaver.isPrecious(record) && rollbackGuard.restoreIfBehind(attempt, record)) {
            return Optional.empty(); // its token has been spent: a newer generation was found in another place
        }
        if (ResponseSaver.isPrecious(record)) {
            attempt.room(journal); // no room for the answer, no call
        }
        attempt.probes(!attempt.client().health().isOpen());
        if (!attempt.client().health().tryProbe(time.now())) {
            return Optional.empty(); // somebody else is trying the client out: judge again
        }
        attempt.startClaim(time.nanos());
        if (store.sparesClaims(record) || attempt.goesByCopy()) {
            return call(attempt, record);
        }
        Optional<TokenRecord> claimed;
        try {
            claimed = claims.take(record, attempt.claimId(), takingOver);
        } catch (TokenStoreException e) {
            attempt.endsProbe();
            if (attempt.storeFailedFirst()) {
                return Optional.empty();
            }
            publisher.remember(attempt.cell(), record);
            throw e;
        }
        if (claimed.isEmpty()) {
            attempt.endsProbe();
            return Optional.empty();
        }
        return call(attempt, claimed.get());
    }

    /** The parent is in trouble and not the token: as long as it is valid it is the answer. */
    private AccessToken withoutParent(RefreshAttempt attempt, TokenRecord record, TokenException why) {
        if (attempt.requirement().anyValidTokenWillDo() && isValid(record)) {
            return publisher.serve(
                    attempt.cell(), record, why.retryAt().orElse(time.now().plus(PARENT_PAUSE)));
        }
        throw why;
    }

    // ---- 3 call

    private Optional<AccessToken> call(RefreshAttempt attempt, TokenRecord claimed) throws ParentTokenRequired {
        RefreshOutcome response = provider.ask(attempt, claimed, !store.sparesClaims(claimed) && !attempt.goesByCopy());
        RefreshOutcome outcome =
                parents.judged(attempt, claimed, response, () -> failureRecorder.givesBack(attempt, claimed));
        if (outcome instanceof RefreshOutcome.Issued answered) {
            attempt.client().health().succeeded(attempt.key());
            return settle(attempt, claimed, answered.response());
        }
        FailureRecorder.Left left = outcome instanceof RefreshOutcome.Refused refused
                        && refused.verdict().kind() == TokenVerdict.Kind.GRANT_DEAD
                ? markDead(attempt, claimed, refused.verdict())
                : failureRecorder.of(attempt, claimed, outcome);
        if (left.loadAgain() || (attempt.isWithheldFirst() && !closing.isDone())) {
            return Optional.empty();
        }
        TokenException failure = exceptions.problem(
                attempt.key(), left.problem(), left.detail(), left.retryAt().orElse(null));
        if (left.keepsToken() && attempt.requirement().anyValidTokenWillDo() && isValid(claimed)) {
            return Optional.of(
                    publisher.serve(attempt.cell(), claimed, left.retryAt().orElse(Schedule.NEVER)));
        }
        throw failure;
    }

    // ---- 4 settle

    private Optional<AccessToken> settle(RefreshAttempt attempt, TokenRecord claimed, TokenResponse response) {
        Optional<TokenRecord> ours = responseSaver.settle(attempt, claimed, response);
        return ours.isPresent()
                ? published(attempt, claimed, ours.get(), response)
                : Optional.empty(); // a peer's, or gone: go by what is there
    }

    private FailureRecorder.Left markDead(RefreshAttempt attempt, TokenRecord claimed, TokenVerdict verdict) {
        if (attempt.goesByCopy()) {
            return failureRecorder.copyRefused(attempt, claimed, verdict);
        }
        if (rollbackGuard.restoreIfBehind(attempt, claimed)) {
            attempt.claimAnew();
            return failureRecorder.outdated(verdict);
        }
        while (true) {
            Marked marked = failureRecorder.mark(attempt, claimed, verdict);
            if (!(marked instanceof Marked.PeerIsAtIt)) {
                return failureRecorder.afterMarking(attempt, marked, claimed, verdict);
            }
            waits.forPeer(attempt, recordLoader.record(attempt));
        }
    }

    // ---- 5 publish

    private Optional<AccessToken> published(
            RefreshAttempt attempt, TokenRecord before, TokenRecord after, TokenResponse response) {
        failureRecorder.succeeded(attempt, before, after);
        userLookups.after(after, attempt.client());
        if (response.accessToken().isPresent() || isValid(after)) {
            return Optional.of(publisher.publish(attempt.cell(), after));
        }
        if (attempt.nextCall() >= MOST_CALLS) {
            throw exceptions.problem(
                    attempt.key(), Problem.MALFORMED_RESPONSE, "the provider answers without an access token");
        }
        attempt.claimAnew();
        return Optional.empty();
    }

    private boolean isValid(TokenRecord record) {
        return time.now().isBefore(record.lifetime().schedule().expiresAt());
    }
}
