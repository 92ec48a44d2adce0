package dev.evertoken.springserver;

import dev.evertoken.model.Secret;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Records the refresh tokens presented at the token endpoint, before the server processes them. Thread-safe. */
final class TokenRequestLog implements Filter {

    private final Queue<Secret> refreshTokens = new ConcurrentLinkedQueue<>();

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request instanceof HttpServletRequest http && http.getRequestURI().equals("/oauth2/token")) {
            String presented = http.getParameter("refresh_token");
            if (presented != null) {
                refreshTokens.add(Secret.of(presented));
            }
        }
        chain.doFilter(request, response);
    }

    /** Returns every refresh token that was presented since {@link #clear}, including repetitions. */
    List<Secret> refreshTokens() {
        return List.copyOf(refreshTokens);
    }

    void clear() {
        refreshTokens.clear();
    }
}
