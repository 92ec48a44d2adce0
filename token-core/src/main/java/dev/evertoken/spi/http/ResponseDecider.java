package dev.evertoken.spi.http;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.spi.http.RefreshCoolDowns.Place;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.DialectContext.TokenOf;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spi.provider.ResourceVerdict.Action;
import dev.evertoken.spi.provider.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides how an HTTP wrapper handles the response to a request that carried a token.
 *
 * <ol>
 *   <li>A response that the API's dialect does not read is passed on unchanged.
 *   <li>The dialect judges the first response. If the token is at fault, a newer token is used if there is one;
 *       otherwise the token is refreshed once. A derived token is derived again from the token of its parent.
 *   <li>If the signature is at fault, the request is signed again, with the other client secret if there are two.
 *   <li>The request is sent once more, but only with a different token or signature, and only if its body can be sent
 *       again.
 *   <li>The second response is passed on whatever it is. If it rejects a token that was just refreshed, the grant is
 *       not refreshed because of that host for a while.
 * </ol>
 *
 * <p>Use one instance for each wrapper. A wrapper whose caller waits calls {@link #first}; one that must not block calls
 * {@link #firstAsync}. Thread-safe.
 */
public final class ResponseDecider {

    /** The number of bytes of a response body that a wrapper shows to a dialect. */
    public static final int PEEK_BYTES = 64 * 1024;

    /**
     * The longest time for which a wrapper waits for these bytes, from the arrival of the headers. The response is then
     * judged by the part that has arrived. The caller can still read the whole body.
     */
    public static final Duration PEEK_TIME = Duration.ofSeconds(2);

    /** The maximum size, in bytes, of a form body that is read in order to be signed. */
    public static final int FORM_BYTES = 1024 * 1024;

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.HTTP);
    private static final String NEW_TOKEN = "a new token is available";

    private final RefreshCoolDowns coolDowns = new RefreshCoolDowns();

    /** Creates an instance for one wrapper. */
    public ResponseDecider() {}

    /**
     * A request that was sent with a token. Immutable.
     *
     * @param host the host to which it was sent
     * @param replayable true if it has no body or a body that can be sent again
     * @param signature the signature that the request carried; empty without a signer
     */
    public record Sent(AccessToken token, String host, boolean replayable, Optional<Signature> signature) {

        private Place place() {
            return new Place(token.grantId(), host);
        }

        /** Returns the same request with another token or signature. */
        public Sent with(AccessToken other, Optional<Signature> by) {
            return new Sent(other, host, replayable, by);
        }
    }

    /**
     * The decision about a first response. Immutable.
     *
     * @param verdict the verdict reported to the caller if the response is passed on
     * @param next the token for the second attempt; empty if the response is passed on
     * @param refreshed true if that token was issued because of this response
     */
    public record Decision(ResourceVerdict verdict, Optional<AccessToken> next, boolean refreshed) {

        private static Decision handOn(ResourceVerdict verdict) {
            return new Decision(verdict, Optional.empty(), false);
        }
    }

    /**
     * Returns whether a response is judged at all; if not, its body is not read. A successful response is judged only
     * if the dialect reads its status and the body is JSON or JavaScript: a download or an event stream is never
     * buffered.
     *
     * @param contentType the content type of the response; empty if it has none
     */
    public static boolean reads(RequestAuthorizer account, int status, String contentType) {
        return account.resourceDialect().reads(status) && (status >= 400 || isScript(contentType));
    }

    private static boolean isScript(String contentType) {
        String type = contentType.toLowerCase(Locale.ROOT);
        return type.contains("json") || type.contains("javascript");
    }

    /** The condition that a decision still depends on. */
    private sealed interface Need {
        /** Nothing. */
        record None(Decision decision) implements Need {}

        /** A token that this process or the store already has. */
        record Newest(ResourceVerdict verdict) implements Need {}

        /** Another token, refreshed if there is none. */
        record Replacement(ResourceVerdict verdict, Instant asked) implements Need {}
    }

    /**
     * Decides about the response to the first attempt. May block like {@link RequestAuthorizer#replace}. Never throws an
     * exception of a dialect or an account.
     */
    public Decision first(RequestAuthorizer account, Sent sent, ProviderResponse response) {
        Need need = need(account, sent, response);
        try {
            if (need instanceof Need.Newest adopt) {
                return adopted(account, sent, adopt, account.newest(sent.token()));
            }
            if (need instanceof Need.Replacement replace) {
                return replaced(account, sent, response, replace, account.replace(sent.token()));
            }
        } catch (TokenException e) {
            return Decision.handOn(noOther(account, e));
        }
        return ((Need.None) need).decision();
    }

    /**
     * Decides like {@link #first} without blocking, and without a thread that waits for another token.
     *
     * @return never completes with an exception of a dialect or an account
     */
    public CompletableFuture<Decision> firstAsync(RequestAuthorizer account, Sent sent, ProviderResponse response) {
        Need need = need(account, sent, response);
        if (need instanceof Need.Newest adopt) {
            return unlessNoOther(
                    account,
                    () -> account.newestAsync(sent.token()).thenApply(newest -> adopted(account, sent, adopt, newest)));
        }
        if (need instanceof Need.Replacement replace) {
            return unlessNoOther(
                    account,
                    () -> account.replaceAsync(sent.token())
                            .thenApply(other -> replaced(account, sent, response, replace, other)));
        }
        return CompletableFuture.completedFuture(((Need.None) need).decision());
    }

    /** Returns the verdict on the response to the second attempt. */
    public ResourceVerdict second(RequestAuthorizer account, Sent again, Decision first, ProviderResponse response) {
        ResourceVerdict verdict = verdict(account, again.token(), response);
        again.signature().ifPresent(signature -> account.retried(signature, !refusesClient(verdict)));
        if (verdict.action() == Action.SIGN_AGAIN) {
            return handedOn(verdict);
        }
        boolean rejects =
                verdict.action() == Action.REFRESH_AND_RETRY || verdict.action() == Action.REDERIVE_FROM_PARENT;
        if (!rejects) {
            return verdict;
        }
        return first.refreshed()
                ? unhelpful(account, again, response, verdict, "a token that was just issued")
                : rejected(verdict, again.host() + " answered " + response.status() + " to the second attempt as well");
    }

    /** Reports that the second attempt was not refused, because its response is not judged (see {@link #reads}). */
    public static void notRefused(RequestAuthorizer account, Sent again) {
        again.signature().ifPresent(signature -> account.retried(signature, true));
    }

    /** Returns the verdict reported if a host to which a redirect led without the token responds with a status. */
    public static ResourceVerdict withheld(RequestAuthorizer account, String host, int status) {
        if (status != 401) {
            return ResourceVerdict.pass();
        }
        log.debug("{}: {} answered 401, but the token is not sent there", account, host);
        return rejected(host + " answered 401 to a redirected request, which does not carry the token of " + account
                + ": a redirect to another host, port or scheme removes it");
    }

    /** Returns the exception for a request that cannot be signed; nothing has been sent. */
    public static TokenIOException unsignable(RequestAuthorizer account, String why) {
        return new TokenIOException(TokenException.about(Problem.UNSIGNABLE_REQUEST)
                .detail(account + ": " + why)
                .build());
    }

    // ---- the steps

    private Need need(RequestAuthorizer account, Sent sent, ProviderResponse response) {
        ResourceVerdict verdict = verdict(account, sent.token(), response);
        boolean otherwise = wouldBeSignedOtherwise(account, sent, response);
        boolean otherSecret = refusesClient(verdict)
                && sent.signature().filter(account::canRetryWithOtherSecret).isPresent();
        return switch (verdict.action()) {
            case PASS -> new Need.None(otherSecret ? signedAgain(sent, verdict) : Decision.handOn(verdict));
            case SIGN_AGAIN -> new Need.None(signedAgain(sent, verdict));
            case REFRESH_AND_RETRY ->
                otherwise ? new Need.None(signedAgain(sent, verdict)) : replacement(account, sent, response, verdict);
            case REDERIVE_FROM_PARENT ->
                account.tokenOf() == TokenOf.PAGE
                        ? replacement(account, sent, response, verdict)
                        : new Need.Newest(verdict);
            case ADOPT_ONLY -> new Need.Newest(verdict);
        };
    }

    private static boolean refusesClient(ResourceVerdict verdict) {
        return verdict.problem().filter(Problem.CLIENT_REJECTED::equals).isPresent();
    }

    /** A refresh that did not help is not repeated for a while. */
    private Need replacement(RequestAuthorizer account, Sent sent, ProviderResponse response, ResourceVerdict verdict) {
        Instant asked = account.now();
        Optional<Instant> cold = coolDowns.until(sent.place(), asked);
        if (cold.isEmpty()) {
            return new Need.Replacement(verdict, asked);
        }
        String detail = sent.host() + " answered " + response.status() + ", and an earlier refresh did not help";
        return new Need.Newest(rejected(verdict, detail).until(cold.get()));
    }

    /** Turns the failure to get another token into the decision to pass the response on. */
    private static CompletableFuture<Decision> unlessNoOther(
            RequestAuthorizer account, Supplier<CompletableFuture<Decision>> decision) {
        try {
            return decision.get().exceptionallyCompose(failure -> {
                Throwable why = failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
                return why instanceof TokenException e
                        ? CompletableFuture.completedFuture(Decision.handOn(noOther(account, e)))
                        : CompletableFuture.failedFuture(why);
            });
        } catch (TokenException e) {
            return CompletableFuture.completedFuture(Decision.handOn(noOther(account, e)));
        }
    }

    private static boolean wouldBeSignedOtherwise(RequestAuthorizer account, Sent sent, ProviderResponse response) {
        if (sent.signature().isEmpty()) {
            return false;
        }
        Signature signature = sent.signature().get();
        try {
            return account.signer()
                    .filter(signer -> signer.learnFrom(signature, response))
                    .isPresent();
        } catch (RuntimeException e) {
            log.warn("{}: the signer failed on a response with status {}", account, response.status(), e);
            return false;
        }
    }

    private static Decision signedAgain(Sent sent, ResourceVerdict verdict) {
        return sent.signature().isEmpty()
                ? Decision.handOn(handedOn(verdict))
                : again(sent, verdict, sent.token(), false, "it would now be signed differently");
    }

    private static ResourceVerdict handedOn(ResourceVerdict verdict) {
        return new ResourceVerdict(Action.PASS, verdict.problem(), verdict.until(), verdict.detail());
    }

    private Decision replaced(
            RequestAuthorizer account,
            Sent sent,
            ProviderResponse response,
            Need.Replacement needed,
            AccessToken other) {
        ResourceVerdict verdict = needed.verdict();
        boolean refreshed = !other.issuedAt().isBefore(needed.asked());
        if (other.value().equals(sent.token().value())) {
            return Decision.handOn(
                    refreshed
                            ? unhelpful(account, sent, response, verdict, "a token that the provider issued again")
                            : verdict);
        }
        return again(sent, verdict, other, refreshed, NEW_TOKEN);
    }

    private static Decision adopted(
            RequestAuthorizer account, Sent sent, Need.Newest needed, Optional<AccessToken> newest) {
        ResourceVerdict verdict = needed.verdict();
        return newest.filter(other -> !other.value().equals(sent.token().value()))
                .map(other -> again(sent, verdict, other, false, NEW_TOKEN))
                .orElseGet(() -> withoutOther(account, sent, verdict));
    }

    /** A token that its API rejects as permanently invalid is reported, because no refresh will detect that. */
    private static Decision withoutOther(RequestAuthorizer account, Sent sent, ResourceVerdict verdict) {
        boolean forGood = verdict.problem()
                .flatMap(Problem::state)
                .filter(ConnectionState.NEEDS_REAUTH::equals)
                .isPresent();
        if (forGood) {
            report(account, sent);
        }
        return Decision.handOn(verdict);
    }

    private static void report(RequestAuthorizer account, Sent sent) {
        try {
            account.rejected(sent.token());
        } catch (RuntimeException e) {
            log.warn("{}: the rejection of the token could not be reported", account, e);
        }
    }

    private static Decision again(
            Sent sent, ResourceVerdict verdict, AccessToken other, boolean refreshed, String gain) {
        return sent.replayable()
                ? new Decision(verdict, Optional.of(other), refreshed)
                : Decision.handOn(ResourceVerdict.pass(
                        Problem.BODY_NOT_REPLAYABLE,
                        verdict.detail() + "; " + gain + ", but the request body cannot be sent twice"));
    }

    // ---- verdicts

    private static ResourceVerdict verdict(RequestAuthorizer account, AccessToken token, ProviderResponse response) {
        Duration age = Duration.between(token.issuedAt(), response.at());
        DialectContext context = new DialectContext(
                EndpointKind.API, age.isNegative() ? Duration.ZERO : age, token.scopes(), account.tokenOf());
        try {
            return account.resourceDialect().judge(context, response);
        } catch (RuntimeException e) {
            log.warn(
                    "{}: the dialect failed on a response with status {}; passing the response on",
                    account,
                    response.status(),
                    e);
            return ResourceVerdict.pass();
        }
    }

    private ResourceVerdict unhelpful(
            RequestAuthorizer account, Sent sent, ProviderResponse response, ResourceVerdict verdict, String which) {
        Instant now = account.now();
        boolean known = coolDowns.until(sent.place(), now).isPresent();
        Instant until = coolDowns.begin(sent.place(), now);
        String detail = sent.host() + " answered " + response.status() + " to " + which;
        if (!known) {
            log.warn("{}: {}; it causes no refresh before {}", account, detail, until);
        }
        return rejected(verdict, detail).until(until);
    }

    private static ResourceVerdict noOther(RequestAuthorizer account, TokenException why) {
        log.debug("{}: an API rejects the token and no other token is available: {}", account, why.detail());
        ResourceVerdict verdict = ResourceVerdict.pass(why.problem(), why.detail());
        return why.retryAt().map(verdict::until).orElse(verdict);
    }

    /** Returns the verdict on a new token that is rejected as well; a problem that is not the token's stays. */
    private static ResourceVerdict rejected(ResourceVerdict verdict, String detail) {
        return verdict.problem()
                .filter(problem -> problem != Problem.API_REJECTS_TOKEN && problem.remedy() != Remedy.RECONNECT)
                .map(problem -> ResourceVerdict.pass(problem, detail + "; " + verdict.detail()))
                .orElseGet(() -> rejected(detail));
    }

    private static ResourceVerdict rejected(String detail) {
        return ResourceVerdict.pass(Problem.API_REJECTS_TOKEN, detail);
    }
}
