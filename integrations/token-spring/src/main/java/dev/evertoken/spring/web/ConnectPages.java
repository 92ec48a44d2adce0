package dev.evertoken.spring.web;

import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.view.RedirectView;

/**
 * The views that follow the routes of a {@link ConnectController}. Unless overridden, each success redirects to the
 * root of the application, and a failure is an exception. Prefer redirects: the address of a callback contains the code
 * of the provider, and a page at that address could pass it on. Implementations are thread-safe.
 */
public interface ConnectPages {

    /**
     * Returns the view after an account was connected. {@link AccountStatus#missingScopes()} are the scopes that the
     * user did not grant.
     */
    default ModelAndView connected(HttpServletRequest request, AccountStatus status) {
        return redirectTo("/");
    }

    /**
     * Returns the view if an account could not be connected or disconnected. Nothing was stored, and an earlier
     * connection is unchanged.
     *
     * @throws TokenException the failure, for an exception handler such as {@link TokenProblemAdvice}; unless
     *     overridden
     */
    default ModelAndView failed(HttpServletRequest request, TokenKey key, TokenException why) {
        throw why;
    }

    /** Returns the view after an account was disconnected; also if it was not connected. */
    default ModelAndView disconnected(HttpServletRequest request, TokenKey key) {
        return redirectTo("/");
    }

    /**
     * Returns the redirect to a page of the application.
     *
     * @param path the path below the context path of the application, such as {@code /settings?connected}
     */
    static ModelAndView redirectTo(String path) {
        return new ModelAndView(new RedirectView(path, true));
    }

    /** Returns pages that redirect to one path after a success and to another one after a failure. */
    static ConnectPages redirecting(String success, String failure) {
        return new RedirectingPages(success, failure);
    }
}
