package dev.evertoken.console;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonDocument;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonValue;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.operations.TokenOperations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The console without a server: an application passes it the requests below a path, with the user that its own security
 * has authenticated. {@link Console.Builder#handler} returns one.
 *
 * <p>The handler refuses requests of other origins and changes without the token of its page (CSRF). It does not
 * authenticate: the application must not pass a request of a visitor who may not use the console. Calls block for as
 * long as the store or a provider does. Thread-safe.
 */
public final class ConsoleHandler {

    static final int LARGEST_BODY = 16 * 1024;
    static final String TOKEN_HEADER = "X-Evertoken-Console";

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.ACCOUNTS);
    private static final Set<String> ACTIONS = Set.of("refresh", "validate", "reconnect", "disconnect");

    private final String path;
    private final HostCheck hosts;
    private final TokenOperations operations;
    private final Snapshots snapshots;
    private final Actions actions;
    private final Optional<ConsoleEvents> events;
    private final boolean readOnly;
    private final RandomText pageTokens = new RandomText();

    ConsoleHandler(String path, HostCheck hosts, Console.Parts parts) {
        this.path = path;
        this.hosts = hosts;
        this.operations = parts.operations();
        this.snapshots = parts.snapshots();
        this.actions = parts.actions();
        this.events = parts.events();
        this.readOnly = parts.readOnly();
    }

    /**
     * Returns the response to a request. Never throws for a request that is malformed or refused.
     *
     * @param user the user whom the application has authenticated
     */
    public ConsoleResponse handle(ConsoleRequest request, ConsoleUser user) {
        return handle(request, user, "user " + user.name());
    }

    /** @param identity the owner of the token of the page: the session, or the user */
    ConsoleResponse handle(ConsoleRequest request, ConsoleUser user, String identity) {
        if (!hosts.isMine(request)) {
            return ConsoleResponse.error(403, "foreign_host", "The Host header is not that of this console.");
        }
        try {
            return respond(request, user, identity);
        } catch (IllegalArgumentException e) {
            return ConsoleResponse.error(400, "malformed", "The request is malformed.");
        } catch (RuntimeException e) {
            log.warn("the console failed to respond to {}", request.method(), e);
            return ConsoleResponse.error(500, "internal", "An unexpected error occurred; it is in the log.");
        }
    }

    private ConsoleResponse respond(ConsoleRequest request, ConsoleUser user, String identity) {
        if (request.path().equals(path)) {
            return ConsoleResponse.redirect(path + "/");
        }
        if (!request.path().startsWith(path + "/")) {
            return notFound();
        }
        String name = request.path().substring(path.length() + 1);
        if (!name.startsWith("api/")) {
            return request.method().equals("GET")
                    ? Assets.find(name.isEmpty() ? "index.html" : name).orElseGet(ConsoleHandler::notFound)
                    : wrongMethod("GET");
        }
        if (!hosts.isFromMyPage(request)) {
            return ConsoleResponse.error(403, "foreign_origin", "The request does not come from the console's page.");
        }
        return api(name.substring("api/".length()), request, user, identity);
    }

    private ConsoleResponse api(String name, ConsoleRequest request, ConsoleUser user, String identity) {
        if (ACTIONS.contains(name)) {
            return request.method().equals("POST") ? act(name, request, user, identity) : wrongMethod("POST");
        }
        if (!request.method().equals("GET")) {
            return wrongMethod("GET");
        }
        return switch (name) {
            case "session" -> session(user, identity);
            case "overview" -> ConsoleResponse.json(200, overview());
            case "accounts" -> ConsoleResponse.json(200, accounts(request));
            case "account" -> account(request);
            default -> notFound();
        };
    }

    private ConsoleResponse session(ConsoleUser user, String identity) {
        return ConsoleResponse.json(
                200,
                JsonObject.builder()
                        .add("user", user.name())
                        .add("readOnly", isReadOnly(user))
                        .add("hasEvents", events.isPresent())
                        .add("token", pageTokens.of(identity))
                        .build());
    }

    private JsonObject overview() {
        return OverviewJson.of(
                snapshots.view(),
                operations.health(),
                events.map(all -> all.series(operations.now())).orElse(List.of()));
    }

    private JsonObject accounts(ConsoleRequest request) {
        AccountQuery query = AccountQuery.of(request);
        Snapshots.View view = snapshots.view();
        JsonObject.Builder json = JsonObject.builder().add("now", AccountJson.millis(operations.now()));
        view.snapshot()
                .map(query::in)
                .ifPresent(result -> json.add("total", result.total())
                        .add("page", result.page())
                        .add("pages", result.pages())
                        .add(
                                "rows",
                                new JsonArray(result.rows().stream()
                                        .map(row -> (JsonValue) AccountJson.row(row.status()))
                                        .toList())));
        OverviewJson.addReading(json, view);
        return json.build();
    }

    private ConsoleResponse account(ConsoleRequest request) {
        TokenKey key = TokenKey.of(
                request.parameter("registration").orElse(""),
                request.parameter("account").orElse(""));
        Snapshots.View view = snapshots.view();
        JsonObject.Builder json = JsonObject.builder()
                .add("now", AccountJson.millis(operations.now()))
                .add("hasEvents", events.isPresent())
                .add("events", AccountJson.events(events.map(all -> all.of(key)).orElse(List.of())));
        view.snapshot().ifPresent(snapshot -> addAccount(json, snapshot, key));
        OverviewJson.addReading(json, view);
        return ConsoleResponse.json(200, json.build());
    }

    private static void addAccount(JsonObject.Builder json, Snapshot snapshot, TokenKey key) {
        Optional<AccountStatus> status = snapshot.find(key);
        status.ifPresent(found -> json.add("status", AccountJson.detail(found, snapshot.derivedFrom(key))));
    }

    private ConsoleResponse act(String action, ConsoleRequest request, ConsoleUser user, String identity) {
        if (isReadOnly(user)) {
            return ConsoleResponse.error(403, "read_only", "This console only shows; it changes nothing.");
        }
        if (!RandomText.same(request.header(TOKEN_HEADER).orElse(""), pageTokens.of(identity))) {
            return ConsoleResponse.error(403, "page_token", "The page is out of date; reload it.");
        }
        byte[] body = request.body();
        if (body.length > LARGEST_BODY) {
            return ConsoleResponse.error(413, "too_large", "The request is too large.");
        }
        JsonDocument json = JsonDocument.parse(new String(body, StandardCharsets.UTF_8))
                .orElseThrow(() -> new IllegalArgumentException("the body is not a JSON object"));
        TokenKey key = TokenKey.of(
                json.text("registration").orElse(""), json.text("account").orElse(""));
        return actions.run(action, key, json.text("confirmed"), user);
    }

    private boolean isReadOnly(ConsoleUser user) {
        return readOnly || user.readOnly();
    }

    private static ConsoleResponse notFound() {
        return ConsoleResponse.error(404, "not_found", "There is no such page.");
    }

    private static ConsoleResponse wrongMethod(String allowed) {
        return ConsoleResponse.error(405, "method", "Use " + allowed + " for this address.")
                .with("Allow", allowed);
    }
}
