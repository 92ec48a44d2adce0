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
 * Translates failed calls into exceptions, as refused if waiting does not help. The message has the code of the error;
 * the service's own message is only in the cause. Stateless. Thread-safe.
 */
final class ServiceErrors {

    /** By the reason that the service returns with its code. */
    private static final Map<String, Sentence> REASONS = Map.of(
            "SERVICE_DISABLED",
            refused("is disabled: enable the Secret Manager API (secretmanager.googleapis.com) for the project"),
            "CONSUMER_INVALID",
            refused("has no project with this id, or these credentials may not use it"),
            "BILLING_DISABLED",
            refused("is disabled because the project has no billing"));

    private static final Map<StatusCode.Code, Sentence> CODES = Map.of(
            StatusCode.Code.PERMISSION_DENIED,
            refused("does not permit this with these credentials, or the project does not exist; the permissions are"
                    + " listed at GcpSecretStore"),
            StatusCode.Code.UNAUTHENTICATED,
            refused("does not accept the credentials"),
            StatusCode.Code.NOT_FOUND,
            refused("does not know the project or the location"),
            StatusCode.Code.INVALID_ARGUMENT,
            refused("rejects the request: check that the project exists, that the location is one of Secret"
                    + " Manager, and that the client calls that location"),
            StatusCode.Code.UNIMPLEMENTED,
            refused("does not support the call: the endpoint is another service"),
            StatusCode.Code.RESOURCE_EXHAUSTED,
            new Sentence(Problem.STORE_QUOTA, "has no quota left for this minute"),
            StatusCode.Code.UNAVAILABLE,
            unavailable("could not be reached, or broke the connection"),
            StatusCode.Code.DEADLINE_EXCEEDED,
            unavailable("did not respond in time"),
            StatusCode.Code.ABORTED,
            unavailable("did not complete the call: another change of the same secret was in progress"),
            StatusCode.Code.CANCELLED,
            unavailable("did not complete the call: the client was closed"));

    /** The period of Secret Manager's quotas. */
    private static final Duration QUOTA_PERIOD = Duration.ofMinutes(1);

    /** The upper bound of a pause; a longer one, such as for a daily quota, is not from Secret Manager. */
    private static final Duration MAX_PAUSE = Duration.ofHours(1);

    /** The description of an error, which follows the name of the service. */
    private record Sentence(Problem problem, String text) {}

    private ServiceErrors() {}

    /**
     * Returns a builder for the exception of a failed call.
     *
     * @param failure the failed operation in a few words, without a full stop
     * @param now the time of the failure, from which the retry time after an exceeded quota is computed
     */
    static TokenException.Builder about(String failure, GcpLocation location, RuntimeException e, Instant now) {
        Sentence sentence = e instanceof ApiException response ? sentence(response) : unavailable("is closed");
        return TokenException.about(sentence.problem())
                .detail(failure + ": " + location + " " + sentence.text())
                .retryAt(sentence.problem() == Problem.STORE_QUOTA ? now.plus(retryPause(e)) : null)
                .cause(e);
    }

    /** Returns the pause that the service requests, or the period of the quota. */
    private static Duration retryPause(RuntimeException e) {
        return Optional.ofNullable(((ApiException) e).getErrorDetails())
                .map(ErrorDetails::getRetryInfo)
                .map(info -> info.getRetryDelay())
                .map(delay -> Duration.ofSeconds(delay.getSeconds(), delay.getNanos()))
                .filter(delay -> !delay.isNegative() && delay.compareTo(MAX_PAUSE) <= 0)
                .orElse(QUOTA_PERIOD);
    }

    /** Returns a builder for the exception of inconsistent responses. */
    static TokenException.Builder unavailable(String failure, GcpLocation location, String reason) {
        return TokenException.about(Problem.STORE_UNAVAILABLE).detail(failure + ": " + location + " " + reason);
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
