package dev.evertoken.examples;

import static dev.evertoken.examples.AppProcess.SEPARATOR;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.testing.ConcurrentRun;
import dev.evertoken.testing.TestProcessLink;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * The application of the quickstart. It executes the commands of {@link Quickstart}, which arrive line by line through
 * {@link AppProcess}. Two processes run it one after the other on the same folder. Not thread-safe.
 */
final class QuickstartApp {

    static final String NAMESPACE = "quickstart";
    static final String ENVIRONMENT = "demo";
    static final String KEYS = "EVERTOKEN_KEYS";
    static final List<String> PROVIDERS =
            List.of("google", "youtube", "strava", "facebook", "instagram", "linkedin", "x", "x-oauth1");

    private final Tokens tokens;
    private final LostSave lostSave;
    private final OkHttpClient http;

    private QuickstartApp(Tokens tokens, LostSave lostSave) {
        this.tokens = tokens;
        this.lostSave = lostSave;
        this.http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
    }

    public static void main(String[] args) {
        TestProcessLink quickstart = TestProcessLink.ofThisProcess();
        LostSave lostSave = LostSave.in(args[0], NAMESPACE);
        try (Tokens tokens = tokens(lostSave)) {
            QuickstartApp app = new QuickstartApp(tokens, lostSave);
            quickstart.writeLine(AppProcess.READY);
            for (String line = quickstart.readLine(); !line.equals(AppProcess.END); line = quickstart.readLine()) {
                quickstart.writeLine(app.execute(line.split(SEPARATOR, -1)));
            }
        }
    }

    /** Builds the tokens like any application, except that the endpoints are those of the mock providers. */
    private static Tokens tokens(LostSave lostSave) {
        TokensBuilder builder = Tokens.builder()
                .namespace(NAMESPACE)
                .environment(ENVIRONMENT)
                .encryption(KeyRing.fromEnvironment(KEYS))
                .reconnectUrl(
                        key -> URI.create("https://app.example/reconnect/" + key.registration() + "/" + key.account()));
        for (String id : PROVIDERS) {
            builder.client(id, ClientRegistration.fromEnvironment(AppProcess.variables(id)))
                    .endpoints(id, AppProcess.endpoints(id))
                    .allowHosts(id, AppProcess.api(id).getHost());
        }
        return lostSave.storeOf(builder).build();
    }

    private String execute(String[] words) {
        TokenKey key = TokenKey.of(words[1], words[2]);
        return switch (words[0]) {
            case "connect" -> connect(key, words);
            case "call" -> call(key);
            case "concurrently" -> concurrently(key, Integer.parseInt(words[3]));
            case "block" -> block(key);
            case "status" -> status(key);
            default -> throw new IllegalArgumentException("\"" + words[0] + "\" is not a command");
        };
    }

    /** Imports existing tokens. */
    private String connect(TokenKey key, String[] words) {
        TokenSet.Builder imported =
                TokenSet.builder(words[3]).tokenType(words[4]).issuedAt(Instant.parse(words[6]));
        optional(words[5]).ifPresent(imported::refreshToken);
        optional(words[7]).map(Instant::parse).ifPresent(imported::expiresAt);
        optional(words[8]).ifPresent(secret -> imported.attribute(AppProcess.TOKEN_SECRET, Secret.of(secret)));
        return tokens.connect(key, imported.build()).state().name();
    }

    private static Optional<String> optional(String word) {
        return Optional.of(word).filter(some -> !some.isEmpty());
    }

    /** Calls the API like any application: the request names the account, and the interceptor adds the token. */
    private String call(TokenKey key) {
        Request request = new Request.Builder()
                .url(AppProcess.api(key.registration()).toString())
                .tag(TokenKey.class, key)
                .build();
        try (Response response = http.newCall(request).execute()) {
            return Integer.toString(response.code());
        } catch (TokenIOException e) {
            return refusal(e.reason());
        } catch (IOException e) {
            throw new IllegalStateException("the mock API of " + key.registration() + " does not respond", e);
        }
    }

    private static String refusal(TokenException e) {
        return String.join(SEPARATOR, e.problem().name(), e.remedy().name(), text(e.reconnectUrl()));
    }

    /**
     * Requests one token in many threads that start at the same time; returns the number of threads and of different
     * tokens.
     */
    private String concurrently(TokenKey key, int threads) {
        List<AccessToken> all = ConcurrentRun.run(threads, thread -> Stream.of(tokens.accessToken(key)));
        long different = all.stream().map(AccessToken::value).distinct().count();
        return all.size() + SEPARATOR + different;
    }

    /** Calls the API and blocks before the new tokens are saved. */
    private String block(TokenKey key) {
        lostSave.await(key, () -> call(key));
        return "blocked";
    }

    private String status(TokenKey key) {
        AccountStatus now = tokens.status(key);
        return List.of(
                        Long.toString(now.generation()),
                        now.state().name(),
                        text(now.problem().map(Problem::name)),
                        text(now.remedy()),
                        text(now.reconnectUrl()))
                .stream()
                .collect(Collectors.joining(SEPARATOR));
    }

    private static String text(Optional<?> value) {
        return value.map(Object::toString).orElse("");
    }
}
