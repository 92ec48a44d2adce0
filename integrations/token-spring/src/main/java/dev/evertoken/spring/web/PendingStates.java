package dev.evertoken.spring.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The states of the authorizations that a session has started, so that no other session can complete them (RFC 6749
 * section 10.12). Immutable.
 *
 * @param attribute the name of the attribute of the session
 */
record PendingStates(String attribute) {

    /** The user may have started several authorizations, in several windows. */
    private static final int MOST = 8;

    static PendingStates of(String registration) {
        return new PendingStates("dev.evertoken.connect." + registration);
    }

    /** Keeps a state; the oldest one is dropped if there are too many. */
    void add(HttpServletRequest request, String state) {
        HttpSession session = request.getSession();
        ArrayList<String> states = new ArrayList<>(known(session));
        states.add(state);
        while (states.size() > MOST) {
            states.remove(0);
        }
        session.setAttribute(attribute, states);
    }

    /**
     * Returns the state of a redirect if this session has started its authorization. The redirect of OAuth 1.0a has no
     * state; it belongs to the newest one.
     */
    Optional<String> of(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        List<String> states = session == null ? List.of() : known(session);
        String state = request.getParameter("state");
        if (state != null) {
            return Optional.of(state).filter(states::contains);
        }
        return states.isEmpty() ? Optional.empty() : Optional.of(states.get(states.size() - 1));
    }

    private List<String> known(HttpSession session) {
        return session.getAttribute(attribute) instanceof List<?> list
                ? list.stream().map(String.class::cast).toList()
                : List.of();
    }
}
