package dev.evertoken.spi.http;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what an HTTP wrapper does about the answer to a request that carried a token.
 *
 * <ol>
 *   <li>an answer that the API's dialect does not read is handed on untouched
 *   <li>the dialect judges the first answer: if the token is at fault, a newer one that there is already is taken,
 *       else the token is refreshed once; a derived one is derived again from its parent's
 *   <li>if it is the signature that is at fault, it is made anew
 *   <li>the request goes out once more, but only with another token or signature, and only if its body can be sent again
 *   <li>the second answer is handed on whatever it is; if it rejects a token that was just refreshed, there is no
 *       further refresh for that grant because of that host for a while
 * </ol>
 *
 * <p>One instance for each wrapper. May block as {@link RequestAuthorizer#replace} does. Thread-safe.
 */
public final class ResponseDecider {

    /** How much of a body a wrapper shows to a dialect. */
    public static final int PEEK_BYTES = 64 * 1024;

    /** How large a form body may be that is read to be signed. */
    public static final int FORM_BYTES = 1024 * 1024;

    private static final Logger log = LoggerFactory.getLogger(ResponseDecider.class);
    private static final String NEW_TOKEN = "there is a new token";

    private final RefreshCoolDowns coolDowns = new RefreshCoolDowns();

    /** Creates the rules of one wrapper. */
    public ResponseDecider() {}

    /**
     * A request that went out with a token. Immutable.
     *
     * @param host where it went
     * @param replayable true if it has no body or one that can be sent again
     * @param signature what was put on it, where a signer did
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
     * What is done about a first answer. Immutable.
     *
     * @param verdict what the caller is told if the answer is handed on
     * @param next the token for the second attempt; empty if the answer is handed on
     * @param refreshed true if that token was issued because of this answer
     */
    public record Ruling(ResourceVerdict verdict, Optional<AccessToken> next, boolean refreshed) {

        private static Ruling handOn(ResourceVerdict verdict) {
            return new Ruling(verdict, Optional.empty(), false);
        }
    }

    /**
     * Tells whether an answer is judged at all; if not, nobody touches its body. A good answer is judged only if the
     * dialect asks for it and the body is JSON or JavaScript: a download or an event stream is never waited for.
     *
     * @param contentType as the answer has it, empty if it has none
     */
    public static boolean reads(RequestAuthorizer account, int status, String contentType) {
        return account.resourceDialect().reads(status) && (status >= 400 || isScript(contentType));
    }

    private static boolean isScript(String contentType) {
        String type = contentType.toLowerCase(Locale.ROOT);
        return type.contains("json") || type.contains("javascript");
    }

    /** Decides about the answer to the first attempt. Throws nothing that a dialect or a account says. */
    public Ruling first(RequestAuthorizer account, Sent sent, ProviderResponse response) {
        ResourceVerdict verdict = verdict(account, sent.token(), response);
        boolean otherwise = wouldBeSignedOtherwise(account, sent, response);
        return switch (verdict.action()) {
            case PASS -> Ruling.handOn(verdict);
            case SIGN_AGAIN -> signedAgain(sent, verdict);
            case REFRESH_AND_RETRY ->
                otherwise ? signedAgain(sent, verdict) : replaced(account, sent, response, verdict);
            case REDERIVE_FROM_PARENT ->
                account.tokenOf() == TokenOf.PAGE
                        ? replaced(account, sent, response, verdict)
                        : adopted(account, sent, verdict);
            case ADOPT_ONLY -> adopted(account, sent, verdict);
        };
    }

    /** Returns what the caller is told about the answer to the second attempt. */
    public ResourceVerdict second(RequestAuthorizer account, Sent again, Ruling first, ProviderResponse response) {
        ResourceVerdict verdict = verdict(account, again.token(), response);
        if (verdict.action() == Action.SIGN_AGAIN) {
            return handedOn(verdict);
        }
        boolean rejects =
                verdict.action() == Action.REFRESH_AND_RETRY || verdict.action() == Action.REDERIVE_FROM_PARENT;
        if (!rejects) {
            return verdict;
        }
        return first.refreshed()
                ? unhelpful(account, again, response, "a token that was just issued")
                : rejected(again.host() + " answered " + response.status() + " to a second attempt, too");
    }

    /** Returns what the caller is told if a host that got no token asks for one. */
    public static ResourceVerdict withheld(RequestAuthorizer account, String host, int status) {
        if (status != 401) {
            return ResourceVerdict.pass();
        }
        log.info("{}: {} answered 401, but its token is not sent there", account, host);
        return rejected(host + " answered 401 to a request without the token of " + account
                + ": a token goes over https to the hosts of its provider and those named with allowHosts, and is not"
                + " sent on by a redirect");
    }

    /** Returns what keeps a request from being sent that cannot be signed; nothing was sent. */
    public static TokenIOException unsignable(RequestAuthorizer account, String why) {
        return new TokenIOException(TokenException.about(Problem.UNSIGNABLE_REQUEST)
                .detail(account + ": " + why)
                .build());
    }

    // ---- the steps

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
            log.warn("{}: its signer failed at an answer {}", account, response.status(), e);
            return false;
        }
    }

    private static Ruling signedAgain(Sent sent, ResourceVerdict verdict) {
        return sent.signature().isEmpty()
                ? Ruling.handOn(handedOn(verdict))
                : again(sent, verdict, sent.token(), false, "it would be signed otherwise now");
    }

    private static ResourceVerdict handedOn(ResourceVerdict verdict) {
        return new ResourceVerdict(Action.PASS, verdict.problem(), verdict.until(), verdict.detail());
    }

    private Ruling replaced(RequestAuthorizer account, Sent sent, ProviderResponse response, ResourceVerdict verdict) {
        Instant asked = account.now();
        Optional<Instant> cold = coolDowns.until(sent.place(), asked);
        if (cold.isPresent()) {
            String detail = sent.host() + " answered " + response.status() + " and a refresh did not help there";
            return adopted(account, sent, rejected(detail).until(cold.get()));
        }
        AccessToken other;
        try {
            other = account.replace(sent.token());
        } catch (TokenException e) {
            return Ruling.handOn(noOther(account, e));
        }
        boolean refreshed = !other.issuedAt().isBefore(asked);
        if (other.value().equals(sent.token().value())) {
            return Ruling.handOn(
                    refreshed
                            ? unhelpful(account, sent, response, "a token that the provider hands out again")
                            : verdict);
        }
        return again(sent, verdict, other, refreshed, NEW_TOKEN);
    }

    private static Ruling adopted(RequestAuthorizer account, Sent sent, ResourceVerdict verdict) {
        try {
            return account.newest(sent.token())
                    .filter(other -> !other.value().equals(sent.token().value()))
                    .map(other -> again(sent, verdict, other, false, NEW_TOKEN))
                    .orElseGet(() -> Ruling.handOn(verdict));
        } catch (TokenException e) {
            return Ruling.handOn(noOther(account, e));
        }
    }

    private static Ruling again(Sent sent, ResourceVerdict verdict, AccessToken other, boolean refreshed, String gain) {
        return sent.replayable()
                ? new Ruling(verdict, Optional.of(other), refreshed)
                : Ruling.handOn(ResourceVerdict.pass(
                        Problem.BODY_NOT_REPLAYABLE,
                        verdict.detail() + "; " + gain + ", but the request body cannot be sent twice"));
    }

    // ---- what is told

    private static ResourceVerdict verdict(RequestAuthorizer account, AccessToken token, ProviderResponse response) {
        Duration age = Duration.between(token.issuedAt(), response.at());
        DialectContext context = new DialectContext(
                EndpointKind.API, age.isNegative() ? Duration.ZERO : age, token.scopes(), account.tokenOf());
        try {
            return account.resourceDialect().judge(context, response);
        } catch (RuntimeException e) {
            log.warn("{}: its dialect failed at an answer {}, which is handed on", account, response.status(), e);
            return ResourceVerdict.pass();
        }
    }

    private ResourceVerdict unhelpful(RequestAuthorizer account, Sent sent, ProviderResponse response, String which) {
        Instant now = account.now();
        boolean known = coolDowns.until(sent.place(), now).isPresent();
        Instant until = coolDowns.begin(sent.place(), now);
        String detail = sent.host() + " answered " + response.status() + " to " + which;
        if (!known) {
            log.warn("{}: {}; no refresh because of it before {}", account, detail, until);
        }
        return rejected(detail).until(until);
    }

    private static ResourceVerdict noOther(RequestAuthorizer account, TokenException why) {
        log.info("{}: an API rejects its token and there is no other: {}", account, why.detail());
        ResourceVerdict verdict = ResourceVerdict.pass(why.problem(), why.detail());
        return why.retryAt().map(verdict::until).orElse(verdict);
    }

    private static ResourceVerdict rejected(String detail) {
        return ResourceVerdict.pass(Problem.API_REJECTS_TOKEN, detail);
    }
}
