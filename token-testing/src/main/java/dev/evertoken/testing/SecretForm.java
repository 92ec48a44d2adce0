package dev.evertoken.testing;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;

/** One form of a secret text. Immutable; {@code toString} does not contain the text. */
record SecretForm(String form, String text, boolean anyCase) {

    /** Returns every form that a text may have in a log or a file. */
    static Set<SecretForm> of(String text) {
        Set<SecretForm> all = new LinkedHashSet<>();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        all.add(new SecretForm("in clear", folded(text), true));
        all.add(new SecretForm("percent-encoded", folded(URLEncoder.encode(text, StandardCharsets.UTF_8)), true));
        all.add(new SecretForm("in hexadecimal", HexFormat.of().formatHex(bytes), true));
        for (int offset = 0; offset < 3; offset++) {
            all.add(new SecretForm("in Base64", base64(bytes, offset, Base64.getEncoder()), false));
            all.add(new SecretForm("in Base64", base64(bytes, offset, Base64.getUrlEncoder()), false));
        }
        return all;
    }

    /** Returns a text in the form that is used for case-insensitive comparison. */
    static String folded(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** Returns the first position of this form in a text. */
    OptionalInt find(String whole, String folded) {
        int at = (anyCase ? folded : whole).indexOf(text);
        return at < 0 ? OptionalInt.empty() : OptionalInt.of(at);
    }

    /** Returns the Base64 characters that depend only on these bytes, if {@code offset} other bytes precede them. */
    private static String base64(byte[] bytes, int offset, Base64.Encoder encoder) {
        byte[] shifted = new byte[offset + bytes.length];
        System.arraycopy(bytes, 0, shifted, offset, bytes.length);
        int first = (offset * 8 + 5) / 6;
        int end = shifted.length * 8 / 6;
        return encoder.withoutPadding().encodeToString(shifted).substring(first, end);
    }

    @Override
    public String toString() {
        return "SecretForm[" + form + "]";
    }
}
