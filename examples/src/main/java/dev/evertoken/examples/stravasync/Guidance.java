package dev.evertoken.examples.stravasync;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.provider.ResourceVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Says what a user can do about a failure. The library states a remedy for each; there are four answers. Immutable.
 *
 * @param support the contact for an unknown error
 * @param clock the time of the engine
 */
record Guidance(String support, Supplier<Instant> clock) {

    private static final Duration SHORT_WAIT = Duration.ofMinutes(1);

    static final String NOT_ALLOWED = "The dashboard may not read your activities";

    /** Returns the answer if there is no token. */
    Answer of(TokenException why) {
        return why instanceof TokenStoreException ? Answer.databaseDown() : answer(why.problem(), why.retryAt());
    }

    /** Returns the answer if the API refused the request, and the library knows why. */
    Answer of(ResourceVerdict verdict) {
        return answer(verdict.problem().orElse(Problem.UNRECOGNIZED_RESPONSE), verdict.until());
    }

    private Answer answer(Problem problem, Optional<Instant> until) {
        return switch (problem.remedy()) {
            case RECONNECT -> Answer.reconnect(reason(problem));
            case RETRY -> Answer.network(until);
            case WAIT -> isLimit(problem) ? Answer.rateLimit(until.orElseGet(this::soon)) : Answer.network(until);
            case FIX_CONFIGURATION, CONTACT_SUPPORT -> Answer.unknown(support, problem.name());
        };
    }

    private static String reason(Problem problem) {
        return switch (problem) {
            case NOT_CONNECTED -> "Strava is not connected";
            case SCOPE_MISSING -> NOT_ALLOWED;
            case CONSENT_FAILED, CALLBACK_REJECTED -> "Strava was not connected; please start again";
            case WRONG_ACCOUNT -> "This is not the athlete who was connected before";
            default -> "Your Strava connection has expired";
        };
    }

    private static boolean isLimit(Problem problem) {
        return problem == Problem.RATE_LIMITED || problem == Problem.QUOTA_EXCEEDED;
    }

    /** Returns the answer to a response that nobody expected. */
    Answer unexpected(int status) {
        return Answer.unknown(support, "Strava responded with " + status);
    }

    private Instant soon() {
        return clock.get().plus(SHORT_WAIT);
    }
}
