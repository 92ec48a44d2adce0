package dev.evertoken;

import dev.evertoken.Claims.Standing;
import dev.evertoken.Judgement.Step;
import dev.evertoken.Settlement.Marked;
import dev.evertoken.TokenCache.Cell;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenAnswer;
import dev.evertoken.spi.TokenVerdict;
import dev.evertoken.store.Journal;
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

    private final WatchedStore store;
    private final Records records;
    private final Loading loading;
    private final Claims claims;
    private final Judgement judgement;
    private final Waits waits;
    private final ProviderCall provider;
    private final Outage outage;
    private final StillValid stillValid;
    private final SharedGrants shared = new SharedGrants();
    private final Answers answers;
    private final Aftermath aftermath;
    private final Parents parents;
    private final Enrichments enrichments;
    private final Publisher publisher;
    private final ForgottenWrites forgotten;
    private final Journal journal;
    private final Explain explain;
    private final Timekeeper time;
    private final CompletableFuture<Void> closing;

    RefreshCycle(Workshop workshop) {
        this.store = workshop.store();
        this.records = workshop.records();
        this.claims = workshop.claims();
        this.judgement = new Judgement(workshop.settings(), workshop.gate());
        this.waits = new Waits(workshop);
        this.provider = new ProviderCall(workshop);
        this.outage = new Outage(workshop.store(), workshop.unsaved(), workshop.time());
        this.loading = new Loading(workshop, outage);
        this.stillValid = new StillValid(outage, workshop.explain(), workshop.time());
        this.answers = new Answers(workshop);
        this.aftermath = workshop.aftermath();
        this.parents = workshop.parents();
        this.enrichments = workshop.enrichments();
        this.publisher = workshop.publisher();
        this.forgotten = workshop.forgotten();
        this.journal = workshop.journal();
        this.explain = workshop.explain();
        this.time = workshop.time();
        this.closing = workshop.closing();
    }

    /**
     * Returns a token that satisfies {@code ask}, from the store or the provider.
     *
     * @param parent the token of the account's parent, if that one has one and it has been brought
     * @param tell takes the events, to be told when the slot is free
     * @throws ParentAwaited if the parent's token has to be brought first; run again with it then
     * @throws TokenException that says why there is none and what to do
     */
    AccessToken run(Cell cell, Registered client, Ask ask, ParentToken parent, Consumer<TokenEvent> tell)
            throws ParentAwaited {
        try (Turn turn = new Turn(cell, client, ask, parent, tell, records.newId())) {
            Optional<AccessToken> done = Optional.empty();
            while (done.isEmpty()) {
                done = loadAndAct(turn);
            }
            return done.get();
        } catch (TokenException e) {
            return stillValid.or(cell, ask, e, tell);
        }
    }

    // ---- 1 load

    /** Loads, decides and acts; empty means: load again. */
    private Optional<AccessToken> loadAndAct(Turn turn) throws ParentAwaited {
        TokenRecord record;
        try {
            record = loading.record(turn);
        } catch (TokenStoreException e) {
            return actOnCopy(turn, e);
        }
        Standing standing = claims.standing(record, turn.claimId());
        if (standing == Standing.MINE) {
            return call(turn, record);
        }
        Instant now = time.now();
        Step step = judgement.judge(
                record,
                turn.ask(),
                standing,
                aftermath.hold(turn, record, now),
                turn.client().client().profile(),
                now);
        return act(turn, record, step);
    }

    /** The store does not answer: goes by the newest copy as far as that does no harm. */
    private Optional<AccessToken> actOnCopy(Turn turn, TokenStoreException down) throws ParentAwaited {
        Instant now = time.now();
        TokenRecord copy = outage.newest(turn.key())
                .filter(known -> records.ownership()
                        .foreign(known, turn.client().client())
                        .isEmpty())
                .filter(known ->
                        !turn.ask().anyValidTokenWillDo() || !turn.cell().knowsLaterThan(known, now.toEpochMilli()))
                .orElseThrow(() -> down);
        Step step = judgement
                .judgeCopy(copy, turn.ask(), aftermath.hold(turn, copy, now), now)
                .orElseThrow(() -> down);
        turn.goesByCopy(true);
        outage.serves(turn.key(), copy.generation(), down, turn::tell);
        return step instanceof Step.Serve serve
                ? Optional.of(publisher.serveCopy(turn.cell(), copy, serve.lookAgain()))
                : act(turn, copy, step);
    }

    private Optional<AccessToken> act(Turn turn, TokenRecord record, Step step) throws ParentAwaited {
        if (step instanceof Step.Adopt) {
            return Optional.of(publisher.publish(turn.cell(), record));
        }
        if (step instanceof Step.Serve serve) {
            return Optional.of(publisher.serve(turn.cell(), record, serve.lookAgain()));
        }
        if (step instanceof Step.Refuse refuse) {
            throw explain.problem(
                    turn.key(),
                    refuse.problem(),
                    refuse.detail(),
                    refuse.retryAt().orElse(null));
        }
        if (step instanceof Step.Take take) {
            return claimAndCall(turn, record, take.takingOver());
        }
        waits.forPeer(turn, record);
        return Optional.empty();
    }

    // ---- 2 claim

    private Optional<AccessToken> claimAndCall(Turn turn, TokenRecord record, boolean takingOver) throws ParentAwaited {
        records.tokens(record); // what cannot be opened must not be claimed
        try {
            parents.require(turn, record);
        } catch (TokenException e) {
            return Optional.of(withoutParent(turn, record, e));
        }
        if (!shared.enter(turn, record)) {
            waits.forOtherAccount(turn);
            return Optional.empty(); // another account of this process is spending the same refresh token
        }
        if (Answers.isPrecious(record) && forgotten.isBehind(turn, record)) {
            return Optional.empty(); // its token has been spent: a newer generation was found in another place
        }
        if (Answers.isPrecious(record)) {
            turn.room(journal); // no room for the answer, no call
        }
        turn.probes(!turn.client().health().isOpen());
        if (!turn.client().health().tryProbe(time.now())) {
            return Optional.empty(); // somebody else is trying the client out: judge again
        }
        turn.isClaiming(time.nanos());
        if (store.sparesClaims(record) || turn.goesByCopy()) {
            return call(turn, record);
        }
        Optional<TokenRecord> claimed;
        try {
            claimed = claims.take(record, turn.claimId(), takingOver);
        } catch (TokenStoreException e) {
            turn.endsProbe();
            if (turn.storeFailedFirst()) {
                return Optional.empty();
            }
            publisher.remember(turn.cell(), record);
            throw e;
        }
        if (claimed.isEmpty()) {
            turn.endsProbe();
            return Optional.empty();
        }
        return call(turn, claimed.get());
    }

    /** The parent is in trouble and not the token: as long as it is valid it is the answer. */
    private AccessToken withoutParent(Turn turn, TokenRecord record, TokenException why) {
        if (turn.ask().anyValidTokenWillDo() && isValid(record)) {
            return publisher.serve(
                    turn.cell(), record, why.retryAt().orElse(time.now().plus(PARENT_PAUSE)));
        }
        throw why;
    }

    // ---- 3 call

    private Optional<AccessToken> call(Turn turn, TokenRecord claimed) throws ParentAwaited {
        RefreshOutcome answer = provider.ask(turn, claimed, !store.sparesClaims(claimed) && !turn.goesByCopy());
        RefreshOutcome outcome = parents.judged(turn, claimed, answer, () -> aftermath.givesBack(turn, claimed));
        if (outcome instanceof RefreshOutcome.Answered answered) {
            turn.client().health().succeeded(turn.key());
            return settle(turn, claimed, answered.answer());
        }
        Aftermath.Left left = outcome instanceof RefreshOutcome.Refused refused
                        && refused.verdict().kind() == TokenVerdict.Kind.GRANT_DEAD
                ? markDead(turn, claimed, refused.verdict())
                : aftermath.of(turn, claimed, outcome);
        if (left.loadAgain() || (turn.isWithheldFirst() && !closing.isDone())) {
            return Optional.empty();
        }
        TokenException failure = explain.problem(
                turn.key(), left.problem(), left.detail(), left.retryAt().orElse(null));
        if (left.keepsToken() && turn.ask().anyValidTokenWillDo() && isValid(claimed)) {
            return Optional.of(
                    publisher.serve(turn.cell(), claimed, left.retryAt().orElse(Schedule.NEVER)));
        }
        throw failure;
    }

    // ---- 4 settle

    private Optional<AccessToken> settle(Turn turn, TokenRecord claimed, TokenAnswer answer) {
        Optional<TokenRecord> ours = answers.settle(turn, claimed, answer);
        return ours.isPresent()
                ? published(turn, claimed, ours.get(), answer)
                : Optional.empty(); // a peer's, or gone: go by what is there
    }

    private Aftermath.Left markDead(Turn turn, TokenRecord claimed, TokenVerdict verdict) {
        if (turn.goesByCopy()) {
            return aftermath.copyRefused(turn, claimed, verdict);
        }
        if (forgotten.isBehind(turn, claimed)) {
            turn.claimAnew();
            return aftermath.outdated(verdict);
        }
        while (true) {
            Marked marked = aftermath.mark(turn, claimed, verdict);
            if (!(marked instanceof Marked.PeerIsAtIt)) {
                return aftermath.afterMarking(turn, marked, claimed, verdict);
            }
            waits.forPeer(turn, loading.record(turn));
        }
    }

    // ---- 5 publish

    private Optional<AccessToken> published(Turn turn, TokenRecord before, TokenRecord after, TokenAnswer answer) {
        aftermath.succeeded(turn, before, after);
        enrichments.after(after, turn.client());
        if (answer.accessToken().isPresent() || isValid(after)) {
            return Optional.of(publisher.publish(turn.cell(), after));
        }
        if (turn.nextCall() >= MOST_CALLS) {
            throw explain.problem(turn.key(), Problem.MALFORMED_ANSWER, "the provider answers without an access token");
        }
        turn.claimAnew();
        return Optional.empty();
    }

    private boolean isValid(TokenRecord record) {
        return time.now().isBefore(record.lifetime().schedule().expiresAt());
    }
}
