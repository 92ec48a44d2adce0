package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.OpeningFault;
import dev.evertoken.internal.refresh.RefreshDecision.Step;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.Optional;

/**
 * Why a request for an account's token fails now, or why the token that it gets cannot be refreshed. Immutable.
 *
 * @param detail one sentence, that of the exception
 * @param since when the obstacle began; empty if that is not known
 * @param retryAt the retry time of the exception
 * @param served whether a token is returned nevertheless
 * @param parent the parent account, if the obstacle is that of the parent
 */
public record Obstacle(
        Problem problem,
        String detail,
        Optional<Instant> since,
        Optional<Instant> retryAt,
        boolean served,
        Optional<TokenKey> parent) {

    /** Returns the obstacle that this exception reports to a request. */
    public static Obstacle of(TokenException why) {
        return new Obstacle(why.problem(), why.detail(), Optional.empty(), why.retryAt(), false, why.parent());
    }

    static Obstacle of(Step.Refuse refuse, Optional<Instant> since) {
        return new Obstacle(refuse.problem(), refuse.detail(), since, refuse.retryAt(), false, Optional.empty());
    }

    static Obstacle of(OpeningFault fault) {
        return of(fault.problem(), fault.detail());
    }

    static Obstacle of(Problem problem, String detail) {
        return new Obstacle(problem, detail, Optional.empty(), Optional.empty(), false, Optional.empty());
    }

    Obstacle beganAt(Instant moment) {
        return new Obstacle(problem, detail, Optional.of(moment), retryAt, served, parent);
    }

    /** Returns the obstacle of an account whose token is still returned. */
    Obstacle served(boolean isServed) {
        return new Obstacle(problem, detail, since, retryAt, isServed, parent);
    }

    /** Returns the obstacle of an account that needs the token of this parent. */
    Obstacle ofParent(TokenKey key) {
        return new Obstacle(
                problem, TokenExceptions.detailOfParent(key, detail), since, retryAt, served, Optional.of(key));
    }
}
