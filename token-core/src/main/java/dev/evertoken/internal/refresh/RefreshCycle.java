package dev.evertoken.internal.refresh;

import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.event.Listeners;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.refresh.Claims.Standing;
import dev.evertoken.internal.refresh.CycleStep.Done;
import dev.evertoken.internal.refresh.FailureRecorder.RecordedFailure;
import dev.evertoken.internal.refresh.RefreshAttempt.RefusedGrant;
import dev.evertoken.internal.refresh.RefreshDecision.Step;
import dev.evertoken.internal.refresh.Settlement.Marked;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The cycle of one account: load, claim, call, settle, publish. The claim keeps other processes out, and {@link
 * SingleFlight} runs one cycle for each account in this process.
 *
 * <ol>
 *   <li>load: save the responses that this host still holds for the account, read the record, and decide on it
 *   <li>claim: one compare-and-set; after a lost one load again, after a peer's claim wait and load again
 *   <li>call: the provider, with a last look at the own clock before the first byte is sent
 *   <li>settle: write the response to the journal and then to the store, or record the failure
 *   <li>publish: the cell has the token; then the flight frees the slot, and {@link Listeners} publish the events
 * </ol>
 *
 * <p>A step runs on an engine thread and returns at once if it has to wait: the flight continues with the next step.
 * Thread-safe.
 */
public final class RefreshCycle {

    private static final CycleStep LOAD_AGAIN = new CycleStep.LoadAgain();

    private static final Duration PARENT_PAUSE = Duration.ofSeconds(30);

    private final RecordLoader loader;
    private final RefreshDecision decision;
    private final Claims claims;
    private final ProviderCall provider;
    private final ResponseSaver responses;
    private final FailureRecorder failures;
    private final ParentAccounts parents;
    private final CachePublisher publisher;
    private final OutageFallback fallback;
    private final RecordMapper mapper;
    private final TokenExceptions exceptions;
    private final Timekeeper time;
    private final BiConsumer<RefreshAttempt, TokenRecord> refused;

    /** @param refused called if a record has no token for an attempt, and nothing was sent; must not block */
    RefreshCycle(
            RecordLoader loader,
            RefreshDecision decision,
            Claims claims,
            ProviderCall provider,
            ResponseSaver responses,
            FailureRecorder failures,
            ParentAccounts parents,
            CachePublisher publisher,
            OutageFallback fallback,
            RecordMapper mapper,
            TokenExceptions exceptions,
            Timekeeper time,
            BiConsumer<RefreshAttempt, TokenRecord> refused) {
        this.loader = loader;
        this.decision = decision;
        this.claims = claims;
        this.provider = provider;
        this.responses = responses;
        this.failures = failures;
        this.parents = parents;
        this.publisher = publisher;
        this.fallback = fallback;
        this.mapper = mapper;
        this.exceptions = exceptions;
        this.time = time;
        this.refused = refused;
    }

    /**
     * Returns a new attempt, which is closed when its run ends.
     *
     * @param parent the token of the account's parent, if it has one
     * @param events receives the events, which are published when the slot is free
     */
    RefreshAttempt attempt(
            Cell cell,
            RegisteredClient client,
            TokenRequirement requirement,
            ParentToken parent,
            Consumer<TokenEvent> events) {
        RefreshAttempt attempt = new RefreshAttempt(cell, client, requirement, parent, events, claims.newId());
        attempt.leavesUnspentClaimTo(claims);
        return attempt;
    }

    /**
     * Runs the attempt until it has a token or has to wait.
     *
     * @throws TokenException if there is no token; the exception states the reason and the remedy
     */
    CycleStep step(RefreshAttempt attempt) {
        try {
            return attempt.refusedGrant().isPresent()
                    ? markInvalid(attempt, attempt.refusedGrant().get())
                    : loadAndAct(attempt);
        } catch (TokenException e) {
            return Done.kept(fallback.tokenOr(attempt.cell(), attempt.requirement(), e, attempt::tell), e.problem());
        }
    }

    // ---- 1 load

    private CycleStep loadAndAct(RefreshAttempt attempt) {
        attempt.setHistory(failures.history()); // before the decision, so that a loss of writes after it is noticed
        TokenRecord record;
        try {
            record = loader.record(attempt);
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
                failures.hold(attempt, record, now),
                attempt.client().client().profile(),
                now);
        return act(attempt, record, step);
    }

    /** Acts on the newest copy while the store is unavailable, as far as that does no harm. */
    private CycleStep actOnCopy(RefreshAttempt attempt, TokenStoreException down) {
        Instant now = time.now();
        TokenRecord copy = loader.copy(attempt, now).orElseThrow(() -> down);
        Step step = decision.judgeCopy(copy, attempt.requirement(), failures.hold(attempt, copy, now), now)
                .orElseThrow(() -> down);
        attempt.setUsesCopy(true);
        fallback.serves(attempt.key(), copy.generation(), down, attempt::tell);
        return step instanceof Step.Serve serve
                ? Done.kept(
                        publisher.serveCopy(attempt.cell(), copy, tokens(attempt, copy), serve.lookAgain()),
                        down.problem())
                : act(attempt, copy, step);
    }

    private CycleStep act(RefreshAttempt attempt, TokenRecord record, Step step) {
        if (step instanceof Step.Adopt) {
            return Done.stored(publisher.publish(attempt.cell(), record, tokens(attempt, record)));
        }
        if (step instanceof Step.Serve serve) {
            return Done.stored(serve(attempt, record, serve.lookAgain()));
        }
        if (step instanceof Step.Refuse refuse) {
            refused.accept(attempt, record);
            throw exceptions.problem(
                    attempt.key(),
                    refuse.problem(),
                    refuse.detail(),
                    refuse.retryAt().orElse(null));
        }
        return step instanceof Step.Take take
                ? claimAndCall(attempt, record, take.takingOver())
                : claims.waitForPeer(attempt, record);
    }

    // ---- 2 claim

    private CycleStep claimAndCall(RefreshAttempt attempt, TokenRecord record, boolean takingOver) {
        TokenSet tokens = tokens(attempt, record); // a record that cannot be opened must not be claimed
        Optional<CycleStep> first;
        try {
            first = parents.require(attempt, record);
        } catch (TokenException e) {
            parents.blamed(e).ifPresent(parent -> refused.accept(attempt, parent));
            return withoutParent(attempt, record, e);
        }
        if (first.isEmpty()) {
            first = claims.waitForSharedToken(attempt, record);
        }
        if (first.isPresent()) {
            return first.get();
        }
        if (ResponseSaver.isPrecious(record) && loader.restoreIfBehind(attempt, record)) {
            return LOAD_AGAIN; // its token has been spent: a fallback of the store has a newer generation
        }
        responses.reserve(attempt, record);
        provider.findSecret(attempt);
        attempt.setProbe(!attempt.client().health().isOpen());
        if (!attempt.client().health().tryProbe(attempt.key(), time.now())) {
            return LOAD_AGAIN; // another account is probing the client
        }
        attempt.startClaim(time.nanos());
        if (claims.areSpared(record) || attempt.usesCopy()) {
            return call(attempt, record);
        }
        Optional<TokenRecord> claimed;
        try {
            claimed = claims.take(record, attempt.claimId(), takingOver, attempt.history());
        } catch (TokenStoreException e) {
            attempt.claimMayBeStored(record.revision());
            attempt.endProbe();
            if (attempt.isFirstStoreFailure()) {
                return LOAD_AGAIN;
            }
            publisher.remember(attempt.cell(), record, tokens);
            throw e;
        }
        if (claimed.isEmpty()) {
            attempt.endProbe();
            return LOAD_AGAIN;
        }
        attempt.claimMayBeStored(claimed.get().revision());
        return call(attempt, claimed.get());
    }

    /** Serves the token while it is valid, because the problem is the parent's. */
    private CycleStep withoutParent(RefreshAttempt attempt, TokenRecord record, TokenException why) {
        if (attempt.requirement().anyValidTokenWillDo() && isValid(record)) {
            return Done.kept(
                    serve(attempt, record, why.retryAt().orElse(time.now().plus(PARENT_PAUSE))), why.problem());
        }
        throw why;
    }

    // ---- 3 call

    private CycleStep call(RefreshAttempt attempt, TokenRecord claimed) {
        TokenOutcome received = provider.call(attempt, claimed);
        return received instanceof TokenOutcome.Overdue overdue
                ? readOn(attempt, claimed, overdue)
                : actOn(attempt, claimed, received);
    }

    /**
     * Lets the callers go while the response of a rotating provider is still awaited. The claim stays until the response
     * has arrived and is saved, or is given up.
     */
    private CycleStep readOn(RefreshAttempt attempt, TokenRecord claimed, TokenOutcome.Overdue overdue) {
        Instant end = time.now().plus(claims.timeToRead(attempt.claimedNanos())).truncatedTo(ChronoUnit.MILLIS);
        attempt.setSpent(true);
        RecordedFailure left = failures.overdue(attempt, claimed, overdue.verdict(), end);
        provider.readOn(attempt, overdue, (reader, late) -> {
            failures.endOverdue(claimed);
            long doubts = reader.cell().doubts();
            try {
                CycleStep unused = actOn(reader, claimed, late); // no caller is waiting
            } finally {
                reader.cell().refusals().changed();
                reader.cell().doubtSince(doubts);
            }
        });
        return withoutToken(attempt, claimed, left);
    }

    private CycleStep actOn(RefreshAttempt attempt, TokenRecord claimed, TokenOutcome received) {
        attempt.setSpent(!(received instanceof TokenOutcome.NotSent || received instanceof TokenOutcome.Refused));
        Optional<CycleStep> parentAgain = claimed.parent().isEmpty()
                ? Optional.empty()
                : parents.replacedToken(attempt, claimed, received, () -> failures.releaseClaim(attempt, claimed));
        if (parentAgain.isPresent()) {
            return parentAgain.get();
        }
        TokenOutcome outcome = ParentAccounts.ofChild(claimed, received);
        if (outcome instanceof TokenOutcome.Issued issued) {
            attempt.client().health().succeeded(attempt.key());
            return settle(attempt, claimed, RecordMapper.usable(issued.response()));
        }
        return outcome instanceof TokenOutcome.Refused refused
                        && refused.verdict().kind() == TokenVerdict.Kind.GRANT_DEAD
                ? grantRefused(attempt, claimed, refused.verdict())
                : withoutToken(attempt, claimed, failures.of(attempt, claimed, outcome));
    }

    private CycleStep withoutToken(RefreshAttempt attempt, TokenRecord claimed, RecordedFailure left) {
        if (left.loadAgain() || (attempt.claimAgainIfWithheld() && !claims.areClosing())) {
            return LOAD_AGAIN;
        }
        if (left.keepsToken() && attempt.requirement().anyValidTokenWillDo() && isValid(claimed)) {
            return Done.kept(serve(attempt, claimed, left.retryAt().orElse(Schedule.NEVER)), left.problem());
        }
        throw exceptions
                .problem(
                        attempt.key(),
                        left.problem(),
                        left.detail(),
                        left.retryAt().orElse(null))
                .toBuilder()
                .cause(left.cause().orElse(null))
                .build();
    }

    // ---- 4 settle

    private CycleStep settle(RefreshAttempt attempt, TokenRecord claimed, TokenResponse response) {
        Optional<TokenRecord> ours = responses.settle(attempt, claimed, response);
        return ours.isPresent() ? published(attempt, claimed, ours.get(), response) : LOAD_AGAIN;
    }

    private CycleStep grantRefused(RefreshAttempt attempt, TokenRecord claimed, TokenVerdict verdict) {
        if (attempt.usesCopy()) {
            return withoutToken(attempt, claimed, failures.copyRefused(attempt, claimed, verdict));
        }
        if (loader.restoreIfBehind(attempt, claimed)) {
            attempt.claimAnew();
            return withoutToken(attempt, claimed, failures.outdated(verdict));
        }
        return markInvalid(attempt, new RefusedGrant(claimed, verdict));
    }

    private CycleStep markInvalid(RefreshAttempt attempt, RefusedGrant refused) {
        TokenRecord claimed = refused.claimed();
        attempt.setRefusedGrant(null);
        Marked marked = failures.mark(attempt, claimed, refused.verdict());
        if (marked instanceof Marked.PeerRefreshes) {
            CycleStep wait = claims.waitForPeer(attempt, loader.record(attempt));
            attempt.setRefusedGrant(refused);
            return wait;
        }
        return withoutToken(attempt, claimed, failures.afterMarking(attempt, marked, claimed, refused.verdict()));
    }

    // ---- 5 publish

    private CycleStep published(RefreshAttempt attempt, TokenRecord before, TokenRecord after, TokenResponse response) {
        responses.succeeded(attempt, before, after);
        return response.accessToken().isPresent()
                ? new Done(publisher.publish(attempt.cell(), after, tokens(attempt, after)))
                : withoutAccessToken(attempt, after);
    }

    /** Calls once more if the failure memory allows that; serves the old access token if it will do. */
    private CycleStep withoutAccessToken(RefreshAttempt attempt, TokenRecord after) {
        Failures failures = after.failures();
        if (!failures.isBeforeNextAttempt(time.now())) {
            attempt.claimAnew();
            return LOAD_AGAIN;
        }
        return withoutToken(
                attempt,
                after,
                new RecordedFailure(
                        Problem.MALFORMED_RESPONSE, failures.detail(), failures.nextAttempt(), true, false));
    }

    private AccessToken serve(RefreshAttempt attempt, TokenRecord record, Instant lookAgain) {
        return publisher.serve(attempt.cell(), record, tokens(attempt, record), lookAgain);
    }

    private TokenSet tokens(RefreshAttempt attempt, TokenRecord record) {
        return attempt.tokens(record, mapper);
    }

    private boolean isValid(TokenRecord record) {
        return time.now().isBefore(record.lifetime().schedule().expiresAt());
    }
}
