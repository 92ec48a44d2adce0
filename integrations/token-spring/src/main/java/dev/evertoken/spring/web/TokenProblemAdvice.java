package dev.evertoken.spring.web;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

/**
 * Turns token exceptions of controllers into problem details (RFC 9457), also if another exception has one as its
 * cause. Declare it as a bean to use it.
 *
 * <pre>{@code
 * {
 *   "type": "urn:evertoken:problem:grant-dead",
 *   "title": "The provider no longer accepts the grant; ask the user to reconnect.",
 *   "status": 409,
 *   "remedy": "RECONNECT",
 *   "reconnect": "/connect/google"
 * }
 * }</pre>
 *
 * <p>The remedy decides the status: 503 for {@link Remedy#RETRY} and {@link Remedy#WAIT}, 409 for
 * {@link Remedy#RECONNECT}, 500 otherwise. {@code retryAfter}, if known, is the number of seconds until another attempt
 * makes sense; the header {@code Retry-After} has it too. Only what concerns the user is described: what an operator
 * has to correct stays in the log. No response contains a secret, an account, an address or a response of a provider.
 * Thread-safe.
 */
@ControllerAdvice
public final class TokenProblemAdvice {

    /** The beginning of the types of the problems. */
    public static final String TYPES = "urn:evertoken:problem:";

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.HTTP);

    private final Timekeeper time;
    private final Function<TokenKey, Optional<URI>> reconnectLinks;

    /**
     * @param time the clock of the engine
     * @param reconnectLinks the addresses at which a user reconnects an account, if the exception has none; see
     *     {@link #connectRoute(String)}
     */
    public TokenProblemAdvice(Timekeeper time, Function<TokenKey, Optional<URI>> reconnectLinks) {
        this.time = time;
        this.reconnectLinks = reconnectLinks;
    }

    /**
     * Returns the links to the routes of a {@link ConnectController}.
     *
     * @param path the path of the controller, with the context path of the application, such as {@code /connect}
     */
    public static Function<TokenKey, Optional<URI>> connectRoute(String path) {
        return key -> Optional.of(URI.create(path + "/" + key.registration()));
    }

    /** Returns the problem detail of a token exception. */
    @ExceptionHandler(TokenException.class)
    public ResponseEntity<ProblemDetail> problem(TokenException e) {
        log.debug("a request fails with {}", e.problem(), e);
        ProblemDetail problem = ProblemDetail.forStatus(status(e.problem()));
        problem.setType(URI.create(TYPES + type(e.problem())));
        problem.setTitle(title(e.problem()));
        problem.setProperty("remedy", e.remedy().name());
        if (e.remedy() == Remedy.RECONNECT) {
            link(e).ifPresent(link -> problem.setProperty("reconnect", link.toString()));
        }
        ResponseEntity.BodyBuilder response =
                ResponseEntity.status(problem.getStatus()).contentType(MediaType.APPLICATION_PROBLEM_JSON);
        e.retryAt().map(at -> Duration.between(time.now(), at)).ifPresent(wait -> {
            long seconds = Math.max(0, wait.plusMillis(999).toSeconds());
            problem.setProperty("retryAfter", seconds);
            response.header(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
        });
        return response.body(problem);
    }

    /** Returns the problem detail of a token exception that an HTTP client has carried. */
    @ExceptionHandler(TokenIOException.class)
    public ResponseEntity<ProblemDetail> problem(TokenIOException e) {
        return problem(e.reason());
    }

    private Optional<URI> link(TokenException e) {
        return e.reconnectUrl().or(() -> e.parent().or(e::key).flatMap(reconnectLinks));
    }

    private static HttpStatus status(Problem problem) {
        if (problem == Problem.CALLBACK_REJECTED) {
            return HttpStatus.BAD_REQUEST;
        }
        return switch (problem.remedy()) {
            case RETRY, WAIT -> HttpStatus.SERVICE_UNAVAILABLE;
            case RECONNECT -> HttpStatus.CONFLICT;
            case FIX_CONFIGURATION, CONTACT_SUPPORT -> HttpStatus.INTERNAL_SERVER_ERROR;
        };
    }

    private static String type(Problem problem) {
        return switch (problem.remedy()) {
            case RECONNECT -> problem.name().toLowerCase(Locale.ROOT).replace('_', '-');
            case RETRY -> "try-again";
            case WAIT -> "wait";
            case FIX_CONFIGURATION, CONTACT_SUPPORT -> "application";
        };
    }

    private static String title(Problem problem) {
        return switch (problem.remedy()) {
            case RECONNECT -> problem.advice();
            case RETRY -> "The account cannot be used at the moment; try again.";
            case WAIT -> "The account cannot be used for a while; wait.";
            case FIX_CONFIGURATION, CONTACT_SUPPORT -> "The application cannot use the account; contact its operator.";
        };
    }
}
