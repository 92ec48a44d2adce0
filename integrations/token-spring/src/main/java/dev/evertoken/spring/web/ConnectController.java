package dev.evertoken.spring.web;

import dev.evertoken.Tokens;
import dev.evertoken.model.Authorization;
import dev.evertoken.model.AuthorizationOptions;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;
import org.springframework.web.servlet.view.RedirectView;

/**
 * The routes with which the user who is logged in connects and disconnects an account. Declare it as a bean to use it.
 *
 * <ul>
 *   <li>{@code GET /connect/{registration}} redirects the browser to the provider's consent page.
 *   <li>{@code GET /connect/{registration}/callback} completes the authorization; register it at the provider.
 *   <li>{@code POST /connect/{registration}/disconnect} forgets the account. The application has to protect it against
 *       forged requests, as Spring Security does by default.
 * </ul>
 *
 * <p>{@code /connect} is the property {@code evertoken.connect.path}, if the application has it. The state of an
 * authorization is kept in the session in which it was started; a redirect for another session is rejected, and nothing
 * is stored. The cookie of the session must be sent with the redirect from the provider, so it is {@code SameSite=Lax},
 * not {@code Strict}. Thread-safe.
 */
@Controller
@RequestMapping("${evertoken.connect.path:/connect}")
public final class ConnectController {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.HTTP);

    private final Tokens tokens;
    private final AccountResolver accounts;
    private final ConnectOptions options;

    public ConnectController(Tokens tokens, AccountResolver accounts, ConnectOptions options) {
        this.tokens = tokens;
        this.accounts = accounts;
        this.options = options;
    }

    /** Redirects the browser to the provider's consent page. */
    @GetMapping("/{registration}")
    public ModelAndView begin(
            @PathVariable("registration") String registration,
            HttpServletRequest request,
            HttpServletResponse response) {
        TokenKey key = account(request, registration);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        return unlessFailed(request, key, () -> {
            Authorization authorization = tokens.authorize(
                    key,
                    redirectUri(request, key, "/callback"),
                    options.authorizations().getOrDefault(registration, AuthorizationOptions.defaults()));
            PendingStates.of(registration).add(request, authorization.state());
            return new ModelAndView(new RedirectView(authorization.url().toString()));
        });
    }

    /** Completes the authorization with which the browser returns. */
    @GetMapping("/{registration}/callback")
    public ModelAndView callback(
            @PathVariable("registration") String registration,
            HttpServletRequest request,
            HttpServletResponse response) {
        TokenKey key = account(request, registration);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setHeader("Referrer-Policy", "no-referrer");
        return unlessFailed(request, key, () -> {
            String state = PendingStates.of(registration)
                    .of(request)
                    .orElseThrow(() -> rejected(key, "the redirect belongs to an authorization of another session"));
            return options.pages().connected(request, tokens.completeAuthorization(key, address(request, key), state));
        });
    }

    /** Forgets the account; revokes its tokens as well if the options say so. */
    @PostMapping("/{registration}/disconnect")
    public ModelAndView disconnect(@PathVariable("registration") String registration, HttpServletRequest request) {
        TokenKey key = account(request, registration);
        return unlessFailed(request, key, () -> {
            forget(key);
            return options.pages().disconnected(request, key);
        });
    }

    /** Answers a request of a user who is not logged in, or for an unknown registration. */
    @ExceptionHandler(ErrorResponseException.class)
    public ResponseEntity<ProblemDetail> refused(ErrorResponseException refusal) {
        return ResponseEntity.status(refusal.getStatusCode()).body(refusal.getBody());
    }

    private TokenKey account(HttpServletRequest request, String registration) {
        requireValid(registration);
        return accounts.account(request, registration)
                .orElseThrow(() -> refusal(
                        HttpStatus.UNAUTHORIZED,
                        "not-logged-in",
                        "Nobody is logged in.",
                        "Log in before you connect or disconnect an account."));
    }

    /** Rejects the id of a registration that cannot exist. */
    private static void requireValid(String registration) {
        try {
            TokenKey unused = TokenKey.of(registration, "anybody");
        } catch (IllegalArgumentException e) {
            throw unknown();
        }
    }

    private ModelAndView unlessFailed(HttpServletRequest request, TokenKey key, Supplier<ModelAndView> action) {
        try {
            return action.get();
        } catch (TokenException e) {
            if (e.problem() == Problem.UNKNOWN_REGISTRATION) {
                throw unknown();
            }
            return options.pages().failed(request, key, e);
        }
    }

    private void forget(TokenKey key) {
        if (options.isRevoking()) {
            revoke(key);
        }
        boolean unused = tokens.disconnect(key);
    }

    /** Revokes the tokens, unless the account is not connected. */
    private void revoke(TokenKey key) {
        try {
            Revocation unused = tokens.revoke(key);
        } catch (NotConnectedException e) {
            log.debug("{}: it is not connected", key, e);
        }
    }

    /** Returns the redirect URI with the query of the redirect. */
    private URI address(HttpServletRequest request, TokenKey key) {
        String query = request.getQueryString();
        try {
            return URI.create(redirectUri(request, key, "") + (query == null ? "" : "?" + query));
        } catch (IllegalArgumentException e) {
            throw rejected(key, "the address of the redirect is not valid");
        }
    }

    /**
     * Returns the redirect URI of a registration.
     *
     * @param below the path of the callback route below the address of the request
     */
    private URI redirectUri(HttpServletRequest request, TokenKey key, String below) {
        URI configured = options.redirectUris().get(key.registration());
        return configured != null
                ? configured
                : URI.create(ServletUriComponentsBuilder.fromRequestUri(request).toUriString() + below);
    }

    private static TokenException rejected(TokenKey key, String why) {
        return TokenException.about(Problem.CALLBACK_REJECTED)
                .key(key)
                .detail(why)
                .build();
    }

    private static ErrorResponseException unknown() {
        return refusal(
                HttpStatus.NOT_FOUND,
                "unknown-registration",
                "The provider is unknown.",
                "No provider is registered under the name in the address.");
    }

    private static ErrorResponseException refusal(HttpStatus status, String type, String title, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create(TokenProblemAdvice.TYPES + type));
        problem.setTitle(title);
        return new ErrorResponseException(status, problem, null);
    }
}
