package dev.evertoken.console;

import dev.evertoken.model.LoggerNames;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a request in if it names this console's host and has a session, or a user whom the application accepts.
 * Thread-safe.
 */
final class Entrance {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.ACCOUNTS);
    private static final ConsoleUser LOCAL = ConsoleUser.of("a local user");

    private final HostCheck hosts;
    private final Optional<ConsoleAuthenticator> authenticator;
    private final Sessions sessions;
    private final String cookie;
    private final ConsoleHandler handler;

    /** @param cookie the name of the session's cookie; each port has its own, as cookies are those of a host */
    Entrance(
            HostCheck hosts,
            Optional<ConsoleAuthenticator> authenticator,
            Sessions sessions,
            String cookie,
            ConsoleHandler handler) {
        this.hosts = hosts;
        this.authenticator = authenticator;
        this.sessions = sessions;
        this.cookie = cookie;
        this.handler = handler;
    }

    ConsoleResponse respond(ConsoleRequest request) {
        if (!hosts.isMine(request)) {
            return ConsoleResponse.error(403, "foreign_host", "The Host header is not that of this console.");
        }
        if (request.path().equals("/console.css")) {
            return Assets.find("console.css").orElseThrow();
        }
        return authenticator.isPresent() ? ofUser(request, authenticator.get()) : ofSession(request);
    }

    private ConsoleResponse ofUser(ConsoleRequest request, ConsoleAuthenticator decides) {
        Optional<ConsoleUser> user = Optional.empty();
        try {
            user = decides.authenticate(request);
        } catch (RuntimeException e) {
            log.warn("the authenticator of the console failed", e);
        }
        return user.map(known -> handler.handle(request, known))
                .orElseGet(() -> refused(request, "This page needs a user of the application."));
    }

    private ConsoleResponse ofSession(ConsoleRequest request) {
        Optional<String> session = request.cookie(cookie).filter(sessions::isOpen);
        Optional<String> token =
                request.parameter("token").filter(any -> request.method().equals("GET"));
        if (token.isPresent() && request.path().equals("/")) {
            return session.isPresent() ? ConsoleResponse.redirect("./") : opened(token.get());
        }
        return session.map(id -> handler.handle(request, LOCAL, "session " + id))
                .orElseGet(() -> refused(
                        request, "Open the address that the application printed. An address works once, for an hour."));
    }

    private ConsoleResponse opened(String token) {
        Optional<String> session = sessions.open(token);
        if (session.isEmpty()) {
            return ConsoleResponse.page(
                    401,
                    "This address was used",
                    "An address of the console works once, for an hour. Have the application print a new one.");
        }
        return ConsoleResponse.redirect("./")
                .with(
                        "Set-Cookie",
                        cookie + "=" + session.get() + "; Path=/; HttpOnly; SameSite=Strict; Max-Age="
                                + Sessions.SESSION.toSeconds());
    }

    private static ConsoleResponse refused(ConsoleRequest request, String sentence) {
        return request.path().startsWith("/api/")
                ? ConsoleResponse.error(401, "no_session", sentence)
                : ConsoleResponse.page(401, "No access", sentence);
    }
}
