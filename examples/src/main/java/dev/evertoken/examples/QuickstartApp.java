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
import dev.evertoken.testing.TestProcessLink;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * The application of the quickstart: an ordinary one, but that it does what {@link Quickstart} tells it, line by
 * line, through {@link AppProcess}. Two processes run it one after the other on the same folder. Not thread-safe.
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
            quickstart.send(AppProcess.READY);
            for (String line = quickstart.receive(); !line.equals(AppProcess.END); line = quickstart.receive()) {
                quickstart.send(app.obey(line.split(SEPARATOR, -1)));
            }
        }
    }

    /** Builds it as any application would; only the mock providers' addresses are put in place of the real ones. */
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

    private String obey(String[] words) {
        TokenKey key = TokenKey.of(words[1], words[2]);
        return switch (words[0]) {
            case "connect" -> connect(key, words);
            case "call" -> call(key);
            case "crowd" -> crowd(key, Integer.parseInt(words[3]));
            case "stick" -> stick(key);
            case "status" -> status(key);
            default -> throw new IllegalArgumentException("\"" + words[0] + "\" is not a thing to do");
        };
    }

    /** Imports tokens that the application has already. */
    private String connect(TokenKey key, String[] words) {
        TokenSet.Builder brought =
                TokenSet.builder(words[3]).tokenType(words[4]).issuedAt(Instant.parse(words[6]));
        told(words[5]).ifPresent(brought::refreshToken);
        told(words[7]).map(Instant::parse).ifPresent(brought::expiresAt);
        told(words[8]).ifPresent(secret -> brought.attribute(AppProcess.TOKEN_SECRET, Secret.of(secret)));
        return tokens.connect(key, brought.build()).state().name();
    }

    private static Optional<String> told(String word) {
        return Optional.of(word).filter(some -> !some.isEmpty());
    }

    /** Calls the API as an application does: the request says whose it is, the rest is the interceptor's. */
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
            throw new IllegalStateException("the mock API of " + key.registration() + " does not answer", e);
        }
    }

    private static String refusal(TokenException e) {
        return String.join(SEPARATOR, e.problem().name(), e.remedy().name(), text(e.reconnectUrl()));
    }

    /** Asks for one token in many threads that start at one moment; says how many different ones they got. */
    private String crowd(TokenKey key, int threads) {
        List<AccessToken> all = Crowd.of(threads, () -> tokens.accessToken(key));
        long different = all.stream().map(AccessToken::value).distinct().count();
        return all.size() + SEPARATOR + different;
    }

    /** Calls the API and gets stuck where the new tokens are about to be saved. */
    private String stick(TokenKey key) {
        lostSave.await(key, () -> call(key));
        return "stuck";
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
