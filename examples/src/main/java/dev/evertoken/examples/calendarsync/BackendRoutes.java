package dev.evertoken.examples.calendarsync;

import dev.evertoken.Tokens;
import dev.evertoken.mirror.PathTemplate;
import dev.evertoken.mirror.receiver.ReceivedRequest;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import java.net.URI;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of the backend:
 *
 * <ul>
 *   <li>{@code GET /api/users/{user_id}/google-calendar}: whether the calendar is connected, and the address of the
 *       consent page
 *   <li>{@code GET /google/callback}: Google's redirect
 *   <li>{@code DELETE /api/users/{user_id}/google-calendar}: disconnects
 * </ul>
 *
 * The user id of the path stands for the session of a login, which a real backend has. Thread-safe.
 */
final class BackendRoutes {

    private static final Logger log = LoggerFactory.getLogger(BackendRoutes.class);
    private static final PathTemplate ACCOUNT = PathTemplate.of("/api/users/{user_id}/google-calendar");

    private final Tokens tokens;
    private final Users users;
    private final URI redirect;

    /** @param redirect the redirect URI of the consent */
    BackendRoutes(Tokens tokens, Users users, URI redirect) {
        this.tokens = tokens;
        this.users = users;
        this.redirect = redirect;
    }

    Reply handle(ReceivedRequest request) {
        try {
            return answer(request);
        } catch (TokenException e) {
            return failure(e);
        } catch (SQLException e) {
            log.warn("the table of the users cannot be read: {}", e.getMessage());
            return Reply.failure(500, "the users cannot be read at the moment");
        }
    }

    private Reply answer(ReceivedRequest request) throws SQLException {
        if (request.method().equals("GET") && request.path().equals(CalendarBackend.CALLBACK)) {
            return callback(request.query());
        }
        Optional<String> user = ACCOUNT.userId(request.path());
        if (user.isEmpty()) {
            return Reply.failure(404, "there is no such route");
        }
        if (!users.exists(user.get())) {
            return Reply.failure(404, "there is no such user");
        }
        return switch (request.method()) {
            case "GET" -> account(user.get());
            case "DELETE" -> disconnect(user.get());
            default -> Reply.failure(405, "the route accepts GET and DELETE");
        };
    }

    private Reply account(String userId) {
        URI page = tokens.authorize(GoogleClient.key(userId), redirect).url();
        return Reply.success(state(userId), userId).with("consent_url", page.toString());
    }

    private String state(String userId) {
        try {
            return tokens.status(GoogleClient.key(userId)).state().name();
        } catch (NotConnectedException e) {
            return e.problem().name();
        }
    }

    /** Completes the consent. The mirror sends the tokens afterwards, so its receiver cannot make this fail. */
    private Reply callback(String query) {
        if (query.isEmpty()) {
            return Reply.failure(400, "the redirect has no code and no state");
        }
        AccountStatus status = tokens.completeAuthorization(URI.create(redirect + "?" + query));
        return Reply.success("Google Calendar is connected", status.key().account());
    }

    private Reply disconnect(String userId) {
        return tokens.disconnect(GoogleClient.key(userId))
                ? Reply.success("Google Calendar is disconnected", userId)
                : Reply.failure(404, "Google Calendar is not connected");
    }

    private static Reply failure(TokenException e) {
        boolean request = e.problem() == Problem.CALLBACK_REJECTED || e.remedy() == Remedy.RECONNECT;
        if (!request) {
            log.warn("{}", e.getMessage());
        }
        return Reply.failure(request ? 400 : 500, e.problem().advice());
    }
}
