package dev.evertoken.console;

import dev.evertoken.console.PlainWords.Attention;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** A search in the list of accounts, and the page of its result. Immutable. */
final class AccountQuery {

    private static final int LONGEST = 600;
    private static final int LARGEST_PAGE = 200;
    private static final int PAGE = 50;

    private final List<String> words;
    private final Optional<String> registration;
    private final Optional<ConnectionState> state;
    private final boolean onlyAttention;
    private final Optional<Comparator<Row>> order;
    private final int page;
    private final int size;

    /** @param total how many accounts match */
    record Result(List<Row> rows, int total, int page, int pages) {}

    private AccountQuery(ConsoleRequest request) {
        this.words = words(request.parameter("q").orElse(""));
        this.registration = request.parameter("registration");
        this.onlyAttention =
                request.parameter("state").filter("ATTENTION"::equals).isPresent();
        this.state =
                onlyAttention ? Optional.empty() : request.parameter("state").map(ConnectionState::valueOf);
        this.order = request.parameter("sort").map(AccountQuery::order);
        this.page = number(request, "page", 0, 1_000_000);
        this.size = Math.max(1, number(request, "size", PAGE, LARGEST_PAGE));
    }

    /** @throws IllegalArgumentException for a parameter that the page never sends */
    static AccountQuery of(ConsoleRequest request) {
        return new AccountQuery(request);
    }

    Result in(Snapshot snapshot) {
        Stream<Row> matching = snapshot.rows().stream().filter(this::matches);
        List<Row> all = order.isPresent() ? matching.sorted(order.get()).toList() : matching.toList();
        int pages = Math.max(1, (all.size() + size - 1) / size);
        int shown = Math.min(page, pages - 1);
        int from = shown * size;
        return new Result(all.subList(from, Math.min(all.size(), from + size)), all.size(), shown, pages);
    }

    private boolean matches(Row row) {
        AccountStatus status = row.status();
        return row.contains(words)
                && registration
                        .filter(id -> !id.equals(status.key().registration()))
                        .isEmpty()
                && state.filter(wanted -> wanted != status.state()).isEmpty()
                && (!onlyAttention || PlainWords.attention(status.state()) != Attention.NONE);
    }

    private static List<String> words(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("the search text is longer than " + LONGEST + " characters");
        }
        return Stream.of(text.toLowerCase(Locale.ROOT).strip().split("\\s+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static Comparator<Row> order(String sort) {
        boolean descending = sort.startsWith("-");
        Comparator<Row> ascending = ascending(descending ? sort.substring(1) : sort);
        return descending ? ascending.reversed() : ascending;
    }

    private static Comparator<Row> ascending(String column) {
        return switch (column) {
            case "account" -> Row.BY_NAME;
            case "state" ->
                Comparator.comparing((Row row) -> row.status().state()).thenComparing(Row.BY_NAME);
            case "issued" -> byTime(AccountStatus::issuedAt);
            case "expires" -> byTime(AccountStatus::expiresAt);
            case "ends" -> byTime(AccountStatus::reconnectBy);
            default -> throw new IllegalArgumentException("there is no such column");
        };
    }

    /** Orders by a time; accounts without it are last. */
    private static Comparator<Row> byTime(Function<AccountStatus, Optional<Instant>> time) {
        return Comparator.comparing((Row row) -> time.apply(row.status()).orElse(Instant.MAX))
                .thenComparing(Row.BY_NAME);
    }

    private static int number(ConsoleRequest request, String name, int otherwise, int largest) {
        int number = request.parameter(name).map(Integer::parseInt).orElse(otherwise);
        if (number < 0 || number > largest) {
            throw new IllegalArgumentException(name + " is out of range");
        }
        return number;
    }
}
