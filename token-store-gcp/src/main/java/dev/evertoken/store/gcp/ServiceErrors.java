package dev.evertoken.store.gcp;

import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.ErrorDetails;
import com.google.api.gax.rpc.StatusCode;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Says what a failed call means for the store: refused where waiting does not help. The service's own words are in the
 * cause; the message has its code. Stateless.
 */
final class ServiceErrors {

    /** By the reason that the service gives next to its code. */
    private static final Map<String, Sentence> REASONS = Map.of(
            "SERVICE_DISABLED",
            refused("is not switched on: enable the Secret Manager API (secretmanager.googleapis.com) for the project"),
            "CONSUMER_INVALID",
            refused("is not there: no project has this id, or these credentials may not use it"),
            "BILLING_DISABLED",
            refused("is switched off because the project has no billing"));

    private static final Map<StatusCode.Code, Sentence> CODES = Map.of(
            StatusCode.Code.PERMISSION_DENIED,
            refused("does not let these credentials do that, or there is no such project; the rights are named at"
                    + " GcpSecretStore"),
            StatusCode.Code.UNAUTHENTICATED,
            refused("does not accept the credentials"),
            StatusCode.Code.NOT_FOUND,
            refused("does not know the project or the location"),
            StatusCode.Code.INVALID_ARGUMENT,
            refused("does not take the request: check that the project exists, that the location is one of Secret"
                    + " Manager, and that the client calls that location"),
            StatusCode.Code.UNIMPLEMENTED,
            refused("is something else: what answers there does not know the call"),
            StatusCode.Code.RESOURCE_EXHAUSTED,
            new Sentence(Problem.STORE_QUOTA, "has no quota left for this minute"),
            StatusCode.Code.UNAVAILABLE,
            unavailable("could not be reached, or broke the connection"),
            StatusCode.Code.DEADLINE_EXCEEDED,
            unavailable("did not answer in time"),
            StatusCode.Code.CANCELLED,
            unavailable("was not asked to the end: the client was closed"));

    /** Quotas of Secret Manager are counted by the minute. */
    private static final Duration UNTIL_THE_NEXT_QUOTA = Duration.ofMinutes(1);

    /** Nobody is told to wait longer, whatever the service says: a quota by the day is none of Secret Manager's. */
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    /** What is wrong, behind the name of the service. */
    private record Sentence(Problem problem, String text) {}

    private ServiceErrors() {}

    /**
     * Starts the exception for a failed call.
     *
     * @param what the case in a few words, without a full stop
     * @param now when it failed: for the time at which a used-up quota is worth another call
     */
    static TokenException.Builder about(String what, GcpLocation location, RuntimeException e, Instant now) {
        Sentence sentence = e instanceof ApiException response ? sentence(response) : unavailable("is closed");
        return TokenException.about(sentence.problem())
                .detail(what + ": " + location + " " + sentence.text())
                .retryAt(sentence.problem() == Problem.STORE_QUOTA ? now.plus(toldPause(e)) : null)
                .cause(e);
    }

    /** Returns how long the service asks to wait, or until there is a new quota at the latest. */
    private static Duration toldPause(RuntimeException e) {
        return Optional.ofNullable(((ApiException) e).getErrorDetails())
                .map(ErrorDetails::getRetryInfo)
                .map(info -> info.getRetryDelay())
                .map(delay -> Duration.ofSeconds(delay.getSeconds(), delay.getNanos()))
                .filter(delay -> !delay.isNegative() && delay.compareTo(LONGEST_PAUSE) <= 0)
                .orElse(UNTIL_THE_NEXT_QUOTA);
    }

    /** Starts the exception for answers that do not go together. */
    static TokenException.Builder unavailable(String what, GcpLocation location, String why) {
        return TokenException.about(Problem.STORE_UNAVAILABLE).detail(what + ": " + location + " " + why);
    }

    static boolean is(RuntimeException e, StatusCode.Code code) {
        return e instanceof ApiException response && response.getStatusCode().getCode() == code;
    }

    private static Sentence sentence(ApiException e) {
        StatusCode.Code code = e.getStatusCode().getCode();
        return Optional.ofNullable(e.getErrorDetails())
                .map(ErrorDetails::getErrorInfo)
                .map(info -> REASONS.get(info.getReason()))
                .orElseGet(() -> CODES.getOrDefault(code, unavailable("answered with the error " + code)));
    }

    private static Sentence refused(String text) {
        return new Sentence(Problem.STORE_REFUSED, text);
    }

    private static Sentence unavailable(String text) {
        return new Sentence(Problem.STORE_UNAVAILABLE, text);
    }
}
