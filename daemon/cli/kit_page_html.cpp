#include "cli/kit_page_html.hpp"

#include "cli/kit_texts.hpp"
#include "learn/recording.hpp"
#include "report/markup.hpp"

namespace breakwatch {

namespace {

using Stage = KitView::Stage;

constexpr const char* kStyle =
    "body{font:18px/1.6 sans-serif;margin:0 auto;max-width:38em;padding:0 1em 3em;color:#111;background:#fff}"
    "h1{font-size:1.1em}.count{font-size:1.6em;font-weight:bold;margin:.5em 0}"
    "button{font:inherit;width:100%;padding:.8em;margin:.3em 0;border:1px solid "
    "#777;border-radius:.5em;background:#eee}"
    "button.big{font-size:1.4em;font-weight:bold;padding:1.6em .5em;color:#fff;background:#05603a;border:0}"
    ".note{padding:.6em;border:2px solid #b54708;border-radius:.5em}ol{padding-left:1.4em}";

std::string button(KitDeed deed, std::uint64_t state, std::string_view words, bool big = false)
{
    return "<form method=\"post\"><input type=\"hidden\" name=\"do\" value=\"" + std::string(form_name(deed)) +
           "\"><input type=\"hidden\" name=\"state\" value=\"" + std::to_string(state) + "\"><button" +
           (big ? " class=\"big\"" : "") + ">" + std::string(words) + "</button></form>\n";
}

std::string list(std::string_view label, std::string_view language)
{
    auto text = "<ol lang=\"" + std::string(language) + "\">\n";
    for (const auto& step : kit_text(label, language)) text += "<li>" + escaped(step) + "</li>\n";
    return text + "</ol>\n";
}

std::string count(const KitView& view)
{
    const auto part = [](std::size_t done, std::size_t of) {
        return std::to_string(done) + " / " + std::to_string(of);
    };
    const bool browse = view.label == kBrowseOnly;
    const std::string ja = browse ? " 分" : " 件";
    const std::string en = browse ? " min" : " posts";
    const auto all =
        "全体 " + part(view.done_in_all, view.of_all) + ja + " ・ in all " + part(view.done_in_all, view.of_all) + en;
    if (view.stage == Stage::waiting) return "<p>" + all + "</p>\n";
    return "<p class=\"count\">" + part(view.done, view.of) + ja + "</p>\n<p>this session " + part(view.done, view.of) +
           en + "<br>" + all + "</p>\n";
}

std::string buttons(const KitView& view, std::uint64_t state)
{
    const auto end = button(KitDeed::end, state, "終了 / end this session");
    switch (view.stage) {
        case Stage::waiting: return button(KitDeed::begin, state, "開始 / begin", true);
        case Stage::marking:
            return button(KitDeed::mark, state, "投稿しました<br>I have published it", true) +
                   button(KitDeed::take_back, state, "取り消す / take the last mark back") + end;
        case Stage::browsing:
            return end + button(KitDeed::discard, state, "うっかり投稿した: この回を捨てる / throw this session away");
        case Stage::between:
            return "<p class=\"note\">お待ちください。まもなく続きが表示されます。<br>Please wait: it goes on in a "
                   "moment.</p>\n";
        case Stage::over: break;
    }
    return "<p class=\"note\">すべて終わりました。ありがとうございました。<br>All is done. Thank you.</p>\n";
}

std::string heading(const KitView& view)
{
    if (view.stage == Stage::over) return "";
    if (view.label == kBrowseOnly) return ": 投稿せずに使う / use it, and publish nothing";
    return ": 投稿する / publish (" + escaped(view.label) + ")";
}

bool is_all_of_it(const KitView& view)
{
    return view.stage == Stage::marking && view.done >= view.of;
}

// Where something changes by itself; never while somebody is about to press.
std::string refresh(const KitView& view)
{
    const auto after = [](int seconds) {
        return "<meta http-equiv=\"refresh\" content=\"" + std::to_string(seconds) + ";url=./\">\n";
    };
    if (view.stage == Stage::between || is_all_of_it(view)) return after(4);
    return view.stage == Stage::browsing ? after(30) : "";
}

}  // namespace

std::string_view form_name(KitDeed deed)
{
    switch (deed) {
        case KitDeed::begin: return "begin";
        case KitDeed::mark: return "mark";
        case KitDeed::take_back: return "back";
        case KitDeed::end: return "end";
        case KitDeed::discard: break;
    }
    return "discard";
}

std::string kit_page_html(const KitView& view, std::uint64_t state, bool too_old, std::string_view style_nonce)
{
    auto page =
        "<!DOCTYPE html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
        refresh(view) + "<title>breakwatch</title>\n<style nonce=\"" + std::string(style_nonce) + "\">" + kStyle +
        "</style></head><body>\n<h1>" + escaped(view.platform) + heading(view) + "</h1>\n";
    if (too_old)
        page +=
            "<p class=\"note\">古い画面で押されたので、数えていません。数を確かめてください。<br>"
            "Pressed on an old page, and not counted. Look at the counter.</p>\n";
    if (view.stage != Stage::over) page += count(view);
    if (is_all_of_it(view))
        page +=
            "<p class=\"note\">この回はこれで全部です。まもなく記録します。"
            "最後の印が間違いなら、すぐに「取り消す」を押してください。<br>That is all of this session; it is "
            "recorded in a moment. If the last mark was a mistake, take it back now.</p>\n";
    page += buttons(view, state);
    if (view.stage != Stage::over && view.stage != Stage::between)
        page += list(view.label, "ja") + list(view.label, "en");
    return page + "</body></html>\n";
}

}  // namespace breakwatch
