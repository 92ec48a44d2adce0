package dev.evertoken.processes;

import dev.evertoken.Tokens;
import dev.evertoken.model.Derivable;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.providers.Facebook;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.TestProcessLink;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.Logger;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** The main class of a child process: all calls to Meta with secrets in the URL, both successful and failed. */
final class MetaSession {

    private static final TokenKey FAY = TokenKey.of("facebook", "fay");
    private static final TokenKey PAGE = TokenKey.of("facebook", "page");
    private static final TokenKey INA = TokenKey.of("instagram", "ina");

    private final ManualClock clock = ManualClock.start();
    private final MockProviders mocks = MockProviders.start(clock);
    private final TestProcessLink link = TestProcessLink.ofThisProcess();
    private final TokenListener printing = new TokenListener() {
        @Override
        public void on(TokenEvent event) {
            link.writeLine(event.toString());
        }
    };

    private MetaSession() {}

    public static void main(String[] arguments) throws IOException {
        ConsoleHandler all = new ConsoleHandler();
        all.setLevel(Level.ALL);
        Logger root = Logger.getLogger("");
        root.setLevel(Level.ALL);
        root.addHandler(all);
        new MetaSession().run();
    }

    private void run() throws IOException {
        try (mocks;
                Tokens tokens = tokens()) {
            for (TokenKey key : List.of(FAY, INA)) {
                runAll(tokens, key);
            }
            pages(tokens);
            link.writeLine(String.valueOf(tokens.clientCredentialsToken("facebook")));
            link.writeLine(String.valueOf(tokens.revokeWithAffectedAccounts(FAY)));
            link.writeLine(tokens.toString());
            tokens.statuses().forEach(one -> link.writeLine(one.toString()));
        }
        link.writeLine("DONE");
    }

    private Tokens tokens() {
        MockProvider facebook = mocks.facebook();
        MockProvider instagram = mocks.instagram();
        return Tokens.builder()
                .namespace("session")
                .store(new InMemoryTokenStore(clock))
                .withoutJournal()
                .timekeeper(clock)
                .provider(new Facebook().withVersion("v24.0").withAppSecretProof())
                .client("facebook", facebook.registration())
                .endpoints("facebook", facebook.endpoints())
                .allowHosts("facebook", "127.0.0.1")
                .client("instagram", instagram.registration())
                .endpoints("instagram", instagram.endpoints())
                .listener(printing)
                .build();
    }

    private void runAll(Tokens tokens, TokenKey key) {
        MockProvider mock = mocks.provider(key.registration());
        mock.onToken(MockResponse.normal(), MockResponse.status(503));
        URI page = tokens.authorize(key, URI.create("https://app.example/back")).url();
        tokens.completeAuthorization(mock.approve(page, key.account()));
        clock.advance(Duration.ofMinutes(50));
        print(() -> tokens.accessToken(key, Duration.ofHours(1)));
        String echo = tokens.accessToken(key).value().reveal();
        for (MockResponse bad : List.of(
                MockResponse.reset(),
                MockResponse.disconnectMidBody(),
                MockResponse.html(502),
                MockResponse.redirect(302, URI.create("https://graph.facebook.com/x?access_token=" + echo)),
                MockResponse.json(400, "{\"error\":{\"message\":\"" + echo + "\",\"type\":\"O\",\"code\":7}}"),
                MockResponse.json(
                        400, "{\"error\":{\"message\":\"" + echo + "\",\"type\":\"" + echo + "\",\"code\":190}}"))) {
            clock.advance(Duration.ofDays(2));
            mock.onToken(bad);
            print(() -> tokens.refresh(key, "a test"));
            print(() -> tokens.validate(key));
        }
        print(() -> tokens.completeAuthorization(mock.approve(
                tokens.authorize(key, URI.create("https://app.example/back")).url(), key.account())));
        print(() -> tokens.status(key));
    }

    private void pages(Tokens tokens) throws IOException {
        List<Derivable> pages = tokens.derivable(FAY);
        link.writeLine(pages.toString());
        print(() -> tokens.connectDerived(PAGE, FAY, pages.get(0).id()));
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
        Request request = new Request.Builder()
                .url(mocks.facebook().apiUrl().toString())
                .tag(TokenKey.class, PAGE)
                .build();
        try (Response response = http.newCall(request).execute()) {
            link.writeLine("API answered " + response.code());
        } finally {
            http.dispatcher().executorService().shutdownNow();
            http.connectionPool().evictAll();
        }
    }

    private void print(Supplier<?> step) {
        try {
            link.writeLine(String.valueOf(step.get()));
        } catch (TokenException e) {
            link.writeLine(e + " " + e.toJson());
        }
    }
}
