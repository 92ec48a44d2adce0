package dev.evertoken.internal.refresh;

import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.refresh.Claims.Standing;
import dev.evertoken.internal.refresh.RefreshDecision.Hold;
import dev.evertoken.internal.refresh.RefreshDecision.Step;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Instant;
import java.util.Optional;

/**
 * Predicts the result of a request for an account's token, with the decision of the refresh cycle. Uses the record and
 * the memory of this process. No provider is called, no secret is opened and nothing is written; only the record of a
 * parent is read. Thread-safe.
 */
public final class RequestOutlook {

    private final ClientRegistry clients;
    private final RecordMapper mapper;
    private final RefreshDecision decision;
    private final Claims claims;
    private final FailureRecorder failures;
    private final ParentAccounts parents;
    private final TokenCache cache;
    private final Timekeeper time;

    public RequestOutlook(
            ClientRegistry clients,
            RecordMapper mapper,
            RefreshDecision decision,
            Claims claims,
            FailureRecorder failures,
            ParentAccounts parents,
            TokenCache cache,
            Timekeeper time) {
        this.clients = clients;
        this.mapper = mapper;
        this.decision = decision;
        this.claims = claims;
        this.failures = failures;
        this.parents = parents;
        this.cache = cache;
        this.time = time;
    }

    /** A record with the parts of a decision on it. */
    private record Case(
            TokenRecord record,
            RegisteredClient client,
            Standing claim,
            Optional<Hold> hold,
            PendingWrites.Unsaved unsaved,
            Instant now) {

        boolean hasEnded() {
            return !now.isBefore(record.lifetime().schedule().expiresAt());
        }

        /** Returns the claim of a process that may have spent the refresh token, and will not save a response. */
        Optional<Claim> endedClaim() {
            return record.claim()
                    .filter(held -> claim == Standing.LAPSED && held.phase() == Claim.Phase.SENT)
                    .filter(held -> record.refreshModel() == RefreshModel.ROTATING);
        }

        /** Returns since when a refusal applies, as far as this process or the record knows it. */
        Optional<Instant> since(Problem problem) {
            Optional<Instant> held =
                    hold.filter(why -> why.problem() == problem).flatMap(Hold::since);
            return held.or(() ->
                    problem == Problem.OUTCOME_UNKNOWN ? endedClaim().map(UnknownOutcome::began) : Optional.empty());
        }
    }

    /** Returns why no account of a registration can be used here; empty if the registration exists. */
    public Optional<Obstacle> withoutClient(TokenKey key) {
        return clients.find(key).isPresent()
                ? Optional.empty()
                : Optional.of(Obstacle.of(Problem.UNKNOWN_REGISTRATION, clients.unknown(key.registration())));
    }

    /**
     * Returns the obstacle of an account with this record; empty if there is none.
     *
     * @param unsaved the responses that this host has not saved yet
     * @throws TokenStoreException if the record of its parent cannot be read
     */
    public Optional<Obstacle> of(TokenRecord record, PendingWrites.Unsaved unsaved) {
        Optional<RegisteredClient> client = clients.find(record.key());
        return client.isEmpty() ? withoutClient(record.key()) : of(record, client.get(), unsaved);
    }

    private Optional<Obstacle> of(TokenRecord record, RegisteredClient client, PendingWrites.Unsaved unsaved) {
        Instant now = time.now();
        Optional<Obstacle> foreign =
                mapper.ownership().foreign(record, client.client()).map(Obstacle::of);
        if (foreign.isPresent()) {
            return foreign;
        }
        Optional<Obstacle> unreadableJournal = unsaved.journalFailure()
                .filter(why -> ResponseSaver.isPrecious(record))
                .map(why -> orFromMemory(record.key(), Obstacle.of(why), now));
        return unreadableJournal.or(() -> ofUsable(new Case(
                record,
                client,
                claims.reported(record, now),
                failures.hold(client.health(), record, now),
                unsaved,
                now)));
    }

    private Optional<Obstacle> ofUsable(Case one) {
        Step step = judge(one, TokenRequirement.usable());
        if (step instanceof Step.Refuse refuse) {
            return Optional.of(Obstacle.of(refuse, one.since(refuse.problem())));
        }
        return mapper.openingFault(one.record())
                .map(Obstacle::of)
                .or(() -> ofLastRequest(one).filter(why -> why.problem() == Problem.RECORD_UNREADABLE))
                .or(() -> step instanceof Step.Adopt || step instanceof Step.Serve ? ofServed(one, step) : ofDue(one));
    }

    private Step judge(Case one, TokenRequirement requirement) {
        return decision.judge(
                one.record(),
                requirement,
                one.claim(),
                one.hold(),
                one.client().client().profile(),
                one.now());
    }

    /** Returns why a token that is returned cannot be refreshed, if it is due or the effect of a call is unknown. */
    private Optional<Obstacle> ofServed(Case one, Step step) {
        Optional<Obstacle> ofParent = ofParent(one, step instanceof Step.Serve);
        boolean matters = step instanceof Step.Serve || one.endedClaim().isPresent();
        if (ofParent.isPresent() || !matters) {
            return ofParent;
        }
        return judge(one, TokenRequirement.anew()) instanceof Step.Refuse refuse && isNewObstacle(one, refuse)
                ? Optional.of(Obstacle.of(refuse, one.since(refuse.problem())).served(true))
                : Optional.empty();
    }

    /**
     * Returns whether a refusal is an obstacle that the record does not show already. It is none that a provider does
     * not refresh a valid token yet, and an uncertain record shows its state.
     */
    private static boolean isNewObstacle(Case one, Step.Refuse refuse) {
        return switch (refuse.problem()) {
            case NOT_YET -> false;
            case OUTCOME_UNKNOWN -> one.endedClaim().isPresent() || one.hold().isPresent();
            default -> true;
        };
    }

    /** Returns why the refresh that a request would start is likely to fail. */
    private Optional<Obstacle> ofDue(Case one) {
        return ofParent(one, true)
                .or(() -> ofClient(one))
                .or(() -> one.endedClaim()
                        .map(claim -> Obstacle.of(Problem.OUTCOME_UNKNOWN, UnknownOutcome.sentence(claim))
                                .beganAt(UnknownOutcome.began(claim))))
                .map(why -> why.served(!one.hasEnded()))
                .or(() -> one.hasEnded() ? ofLastRequest(one) : Optional.empty());
    }

    /** Until a call succeeds, requests are expected to fail with the last refusal of the client. */
    private static Optional<Obstacle> ofClient(Case one) {
        return one.client()
                .health()
                .refusal()
                .map(suspension ->
                        Obstacle.of(suspension.problem(), suspension.detail()).beganAt(suspension.since()));
    }

    private Optional<Obstacle> ofLastRequest(Case one) {
        return cache.known(one.record().key())
                .flatMap(cell -> Refusals.last(cell, one.record().updatedAt(), one.now()));
    }

    private Optional<Obstacle> ofParent(Case child, boolean due) {
        Optional<TokenKey> parent = child.record().parent();
        return parent.isEmpty() ? Optional.empty() : ofParent(child, parent.get(), due);
    }

    private Optional<Obstacle> ofParent(Case child, TokenKey parent, boolean due) {
        TokenRecord record;
        try {
            record = parents.usable(child.record().key(), parent);
        } catch (TokenStoreException e) {
            throw e;
        } catch (TokenException e) {
            return Optional.of(Obstacle.of(e).served(!child.hasEnded()));
        }
        return due
                ? of(record, child.client(), child.unsaved())
                        .filter(why -> !why.served())
                        .map(why -> why.ofParent(parent).served(!child.hasEnded()))
                : Optional.empty();
    }

    // ---- while the store is unavailable

    /**
     * Returns the obstacle of an account whose stored record cannot be read, and which has this copy; empty if there is
     * none.
     *
     * @param silentSince since when the store has failed
     */
    public Optional<Obstacle> ofCopy(TokenRecord copy, TokenStoreException down, Instant silentSince) {
        Optional<RegisteredClient> client = clients.find(copy.key());
        Instant now = time.now();
        return client.isEmpty()
                ? withoutClient(copy.key())
                : ofCopy(copy, client.get(), Obstacle.of(down).beganAt(silentSince), now)
                        .map(why -> orFromMemory(copy.key(), why, now));
    }

    private Optional<Obstacle> ofCopy(TokenRecord copy, RegisteredClient client, Obstacle outage, Instant now) {
        Optional<Obstacle> foreign =
                mapper.ownership().foreign(copy, client.client()).map(Obstacle::of);
        if (foreign.isPresent()) {
            return foreign;
        }
        Optional<Hold> hold = failures.hold(client.health(), copy, now);
        Optional<Step> step = decision.judgeCopy(copy, TokenRequirement.usable(), hold, now);
        if (step.isEmpty()) {
            return Optional.of(outage);
        }
        return step.get() instanceof Step.Refuse refuse
                ? Optional.of(Obstacle.of(refuse, hold.flatMap(Hold::since)))
                : mapper.openingFault(copy).map(Obstacle::of);
    }

    /** A valid token in memory is returned even if the store or the journal fails. */
    private Obstacle orFromMemory(TokenKey key, Obstacle why, Instant now) {
        boolean hasToken = cache.known(key)
                .filter(cell -> cell.valid(now.toEpochMilli()) != null)
                .isPresent();
        return why.served(why.served() || (hasToken && OutageFallback.isServedOver(why.problem())));
    }
}
