package dev.evertoken.spring.web;

import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.web.servlet.ModelAndView;

/**
 * Pages at fixed paths. Immutable.
 *
 * @param success the path after a success
 * @param failure the path after a failure
 */
record RedirectingPages(String success, String failure) implements ConnectPages {

    @Override
    public ModelAndView connected(HttpServletRequest request, AccountStatus status) {
        return ConnectPages.redirectTo(success);
    }

    @Override
    public ModelAndView failed(HttpServletRequest request, TokenKey key, TokenException why) {
        return ConnectPages.redirectTo(failure);
    }

    @Override
    public ModelAndView disconnected(HttpServletRequest request, TokenKey key) {
        return ConnectPages.redirectTo(success);
    }
}
