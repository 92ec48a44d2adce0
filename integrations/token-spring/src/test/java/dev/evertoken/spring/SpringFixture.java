package dev.evertoken.spring;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.http.ResponseDecider;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.MockResponse;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/** An application with accounts at mock providers, all on one clock. Close it at the end. */
public final class SpringFixture implements AutoCloseable {

    public static final TokenKey ANNA = TokenKey.of("google", "anna");
    public static final TokenKey BERT = TokenKey.of("google", "bert");
    public static final TokenKey XENA = TokenKey.of("x-oauth1", "xena");
    public static final MockResponse REJECTED = MockResponse.json(401, "{\"error\":{\"code\":401}}");

    public final ManualClock clock = ManualClock.start();
    public final MockProviders mocks = MockProviders.start(clock);
    public final MockProvider google = mocks.google();
    public final MockProvider x = mocks.xOAuth1();
    public final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    public final Tokens tokens;
    private final List<Tokens> open = new ArrayList<>();

    public SpringFixture() {
        this(builder -> builder);
    }

    public SpringFixture(UnaryOperator<TokensBuilder> more) {
        tokens = process(more);
        tokens.connect(ANNA, google.consent("anna"));
        tokens.connect(XENA, x.consent("xena"));
    }

    /** Starts another process of the application, over the same store. */
    public Tokens process(UnaryOperator<TokensBuilder> more) {
        Tokens made = more.apply(Tokens.builder()
                        .namespace("spring")
                        .store(store)
                        .withoutJournal()
                        .timekeeper(clock)
                        .client("google", google.registration())
                        .endpoints("google", google.endpoints())
                        .allowHosts("google", "127.0.0.1")
                        .client("x-oauth1", x.registration())
                        .endpoints("x-oauth1", x.endpoints())
                        .allowHosts("x-oauth1", "127.0.0.1"))
                .build();
        open.add(made);
        return made;
    }

    /** Returns the API of Google. */
    public URI api() {
        return google.apiUrl();
    }

    /** Returns the result of a call that goes on when the time in which a body has to arrive is over. */
    public <T> T afterTheDeadline(CompletableFuture<T> answered) throws Exception {
        TimeoutException late = null;
        for (int look = 0; look < 400; look++) {
            clock.advance(ResponseDecider.PEEK_TIME.dividedBy(40));
            try {
                return answered.get(25, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                late = e;
            }
        }
        throw new AssertionError("no response although ten deadlines have passed", late);
    }

    @Override
    public void close() {
        mocks.close();
        open.forEach(Tokens::close);
    }
}
