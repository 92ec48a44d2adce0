package dev.evertoken.examples.bookingbot;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.micrometer.TokenMetrics;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.spi.store.TokenStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.function.UnaryOperator;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Books meetings with a Meet link in the calendars of its users. A user gives consent once; restarts, moved stores and
 * failures do not require another consent. Thread-safe.
 */
public final class BookingBot implements AutoCloseable {

    private static final MediaType JSON = MediaType.get("application/json");

    private final BotSettings settings;
    private final TokenStore store;
    private final Tokens tokens;
    private final OkHttpClient http;

    /**
     * Starts the bot.
     *
     * @param meters gets the meters of the library; {@link SecretManagerBill#measured} computes the bill from them
     * @throws TokenException if a setting is invalid
     */
    public BookingBot(BotSettings settings, MeterRegistry meters) {
        this(settings, new BotStores(settings), meters, builder -> builder);
    }

    /** @param more settings of a test, such as the clock or the provider's endpoints */
    BookingBot(BotSettings settings, BotStores stores, MeterRegistry meters, UnaryOperator<TokensBuilder> more) {
        this.settings = settings;
        this.store = stores.open();
        this.tokens = more.apply(Tokens.builder()
                        .namespace(BotStores.NAMESPACE)
                        .environment(settings.environment())
                        .store(store)
                        .journal(settings.folder().resolve("journal"))
                        .encryption(settings.keys())
                        .client("google", settings.google())
                        .observer(TokenMetrics.to(meters))
                        .reconnectUrl(key -> settings.redirect().resolve("/connect/" + key.account())))
                .build();
        this.http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
    }

    static TokenKey key(String user) {
        return TokenKey.of("google", user);
    }

    /** Returns the address at which a user gives consent. */
    public URI connect(String user) {
        return tokens.authorize(key(user), settings.redirect()).url();
    }

    /** Completes the authorization; returns the bot's message. */
    public String connected(String user, URI callback) {
        try {
            AccountStatus status = tokens.completeAuthorization(key(user), callback);
            return status.missingScopes().isEmpty()
                    ? "Your calendar is connected."
                    : "I cannot book without access to your calendar's events. Please connect again and select it.";
        } catch (TokenException e) {
            return e.problem().advice();
        }
    }

    /** Imports tokens of an earlier bot; returns the bot's message. */
    public String save(String user, TokenSet imported) {
        try {
            tokens.connect(key(user), imported);
            return "Your calendar is connected.";
        } catch (TokenException e) {
            return apology(e);
        }
    }

    /** Books a meeting; returns the bot's message. */
    public String book(String user, String title) {
        HttpUrl events = HttpUrl.get(settings.calendar().toString())
                .newBuilder()
                .addPathSegments("calendars/primary/events")
                .addQueryParameter("conferenceDataVersion", "1")
                .build();
        Request request = new Request.Builder()
                .url(events)
                .post(RequestBody.create(Meeting.json(title), JSON))
                .tag(TokenKey.class, key(user))
                .build();
        try (Response response = http.newCall(request).execute()) {
            return response.isSuccessful()
                    ? "Booked: " + title
                    : "Google Calendar rejected the request (" + response.code() + "). Please try again later.";
        } catch (TokenIOException e) {
            return apology(e.reason());
        } catch (IOException e) {
            throw new UncheckedIOException("Google Calendar does not respond", e);
        }
    }

    /** Returns the message for a failure; each remedy has one. */
    private static String apology(TokenException why) {
        return switch (why.remedy()) {
            case RECONNECT ->
                "Please connect your calendar again: "
                        + why.reconnectUrl().map(URI::toString).orElse("see the settings");
            case RETRY, WAIT ->
                "I cannot reach your calendar at the moment. Please try again"
                        + why.retryAt().map(at -> " after " + at).orElse(" later") + ".";
            case FIX_CONFIGURATION, CONTACT_SUPPORT ->
                "This is not your fault; my operators have to solve it: " + why.problem();
        };
    }

    /** Returns the status of a user's calendar account, without secrets. */
    public AccountStatus status(String user) {
        return tokens.status(key(user));
    }

    /** Removes a user's tokens from all stores; returns false if there were none. */
    public boolean disconnect(String user) {
        return tokens.disconnect(key(user));
    }

    /** Closes the bot. Unsaved tokens are saved or stay in the journal. */
    @Override
    public void close() {
        tokens.close();
        store.close();
    }
}
