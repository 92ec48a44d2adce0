package dev.evertoken.testing;

import dev.evertoken.model.TokenKey;
import java.util.List;
import java.util.stream.Stream;

/** Keys that a faulty store confuses with each other, truncates, or interprets as a path. Stateless. */
final class UnusualKeys {

    private static final String LONGEST = "x".repeat(TokenKey.MAX_LENGTH);

    private static final List<String> ACCOUNTS = List.of(
            "a",
            "A",
            "a ",
            " a",
            "a.",
            "%41",
            "%61",
            "ß",
            "ss",
            "\u00e9",
            "e\u0301",
            "漢字",
            "😀",
            "İ",
            "i",
            "..",
            ".",
            "../../up",
            "/root",
            "C:\\x",
            "a/b",
            "a\\b",
            "a:b",
            "a*?\"<>|",
            "con",
            "NUL",
            "~",
            "@",
            "-",
            "--",
            "'; --",
            "{a}",
            "{b}",
            "a,b",
            "\"",
            "a@b@c",
            "~a",
            "record.json",
            ".tmp",
            "\u00a0a");

    private UnusualKeys() {}

    static List<TokenKey> all() {
        Stream<TokenKey> accounts = ACCOUNTS.stream().map(account -> TokenKey.of("google", account));
        Stream<TokenKey> others = Stream.of(
                TokenKey.of("a", "b/c"),
                TokenKey.of("a/b", "c"),
                TokenKey.of("a@b", "c"),
                TokenKey.of("a", "b@c"),
                TokenKey.of("a:b", "c"),
                TokenKey.of("a", "b:c"),
                TokenKey.of("Google", "a"),
                TokenKey.of("..", ".."),
                TokenKey.of("google", "user-" + "1".repeat(255)),
                TokenKey.of("google", "user-" + "1".repeat(256)),
                TokenKey.of("google", LONGEST),
                TokenKey.of("google", LONGEST.substring(1) + "X"),
                TokenKey.of(LONGEST, LONGEST),
                TokenKey.of("漢".repeat(TokenKey.MAX_LENGTH), "€".repeat(TokenKey.MAX_LENGTH)));
        return Stream.concat(accounts, others).toList();
    }
}
