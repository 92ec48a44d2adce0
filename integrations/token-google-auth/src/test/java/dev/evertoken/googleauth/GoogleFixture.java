package dev.evertoken.googleauth;

import com.google.api.client.http.HttpRequestInitializer;
import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.JsonFactory;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.calendar.Calendar;
import com.google.api.services.gmail.Gmail;
import com.google.api.services.youtube.YouTube;
import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.io.IOException;
import java.io.UncheckedIOException;

/** An application with an account at Google and one at YouTube, and the APIs of both. Close it at the end. */
final class GoogleFixture implements AutoCloseable {

    static final TokenKey ANNA = TokenKey.of("google", "anna");
    static final TokenKey YARA = TokenKey.of("youtube", "yara");
    static final HttpTransport TRANSPORT = new NetHttpTransport();
    static final JsonFactory JSON = GsonFactory.getDefaultInstance();

    final ManualClock clock = ManualClock.start();
    final MockProviders mocks = MockProviders.start(clock);
    final MockProvider google = mocks.google();
    final MockProvider youtube = mocks.youtube();
    private final TokenStore store = new InMemoryTokenStore(clock);
    final Tokens tokens = process();
    final GoogleApi api;
    final GoogleApi videos;

    GoogleFixture() {
        try {
            api = new GoogleApi(google);
            videos = new GoogleApi(youtube);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        tokens.connect(ANNA, google.consent("anna"));
        tokens.connect(YARA, youtube.consent("yara"));
    }

    /** Starts another process of the application, over the same store. */
    Tokens process() {
        return youtube.configure(google.configure(
                        Tokens.builder().namespace("crm").store(store).withoutJournal()))
                .build();
    }

    TokenRequestInitializer anna() {
        return TokenRequestInitializer.of(tokens.source(ANNA));
    }

    Calendar calendar(HttpRequestInitializer initializer) {
        return new Calendar.Builder(TRANSPORT, JSON, initializer)
                .setRootUrl(api.root())
                .setApplicationName("crm")
                .build();
    }

    Gmail gmail(HttpRequestInitializer initializer) {
        return new Gmail.Builder(TRANSPORT, JSON, initializer)
                .setRootUrl(api.root())
                .setApplicationName("crm")
                .build();
    }

    YouTube video() {
        return new YouTube.Builder(TRANSPORT, JSON, TokenRequestInitializer.of(tokens.source(YARA)))
                .setRootUrl(videos.root())
                .setApplicationName("crm")
                .build();
    }

    @Override
    public void close() {
        api.close();
        videos.close();
        tokens.close();
        mocks.close();
    }
}
