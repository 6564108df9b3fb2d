#include "base/fold.h"

#include <optional>

#include "base/utf8.h"

namespace stagecast {
namespace {

// Each character's own without its accent, in lower case; a space where there is none.
// clang-format off
constexpr std::u16string_view kLatin =  // U+00C0 to U+024F
    u"aaaaaaæceeeeiiiidnooooo×ouuuuyþßaaaaaaæceeeeiiiidnooooo÷ouuuuyþy"
    u"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiĳĳjjkkĸlllllll"
    u"lllnnnnnnnŋŋooooooœœrrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzſ"
    u"ƀɓƃƃƅƅɔƈƈɖɗƌƌƍǝəɛƒƒɠɣƕɩɨƙƙƚƛɯɲƞɵooƣƣƥƥʀƨƨʃƪƫƭƭʈuuʊʋƴƴƶƶʒƹƹƺƻƽƽƾƿ"
    u"ǀǁǂǃǆǆǆǉǉǉǌǌǌaaiioouuuuuuuuuuǝaaaaææǥǥggkkooooʒʒjǳǳǳggƕƿnnaaææoo"
    u"aaaaeeeeiiiioooorrrruuuussttȝȝhhƞȡȣȣȥȥaaeeooooooooyyȴȵȶȷȸȹⱥȼȼƚⱦȿ"
    u"ɀɂɂƀʉʌɇɇɉɉɋɋɍɍɏɏ";
constexpr std::u16string_view kGreekAndCyrillic =  // U+0370 to U+052F
    u"ͱͱͳͳʹ͵ͷͷ  ͺͻͼͽ;ϳ    ΄¨α·εηι ο υωιαβγδεζηθικλμνξοπρ στυφχψωιυαεηι"
    u"υαβγδεζηθικλμνξοπρσστυφχψωιυουωϗϐϑϒϒϒϕϖϗϙϙϛϛϝϝϟϟϡϡϣϣϥϥϧϧϩϩϫϫϭϭϯϯ"
    u"ϰϱϲϳθϵ϶ϸϸϲϻϻϼͻͼͽееђгєѕііјљњћкиуџабвгдежзииклмнопрстуфхцчшщъыьэюя"
    u"абвгдежзииклмнопрстуфхцчшщъыьэюяееђгєѕііјљњћкиуџѡѡѣѣѥѥѧѧѩѩѫѫѭѭѯѯ"
    u"ѱѱѳѳѵѵѵѵѹѹѻѻѽѽѿѿҁҁ҂҃҄҅҆҇҈҉ҋҋҍҍҏҏґґғғҕҕҗҗҙҙққҝҝҟҟҡҡңңҥҥҧҧҩҩҫҫҭҭүү"
    u"ұұҳҳҵҵҷҷҹҹһһҽҽҿҿӏжжӄӄӆӆӈӈӊӊӌӌӎӎӏааааӕӕееәәәәжжззӡӡииииооөөөөээуу"
    u"ууууччӷӷыыӻӻӽӽӿӿԁԁԃԃԅԅԇԇԉԉԋԋԍԍԏԏԑԑԓԓԕԕԗԗԙԙԛԛԝԝԟԟԡԡԣԣԥԥԧԧԩԩԫԫԭԭԯԯ";
// clang-format on
constexpr std::u16string_view kLatinAndGreekWithMarks =  // U+1E00 to U+1FFF
    u"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
    u"mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
    u"wwwwwwwwwwxxxxyyzzzzzzhtwyẚſẜẝßẟaaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    u"eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyyỻỻỽỽỿỿ"
    u"ααααααααααααααααεεεεεε  εεεεεε  ηηηηηηηηηηηηηηηηιιιιιιιιιιιιιιιι"
    u"οοοοοο  οοοοοο  υυυυυυυυ υ υ υ υωωωωωωωωωωωωωωωωααεεηηιιοουυωω  "
    u"ααααααααααααααααηηηηηηηηηηηηηηηηωωωωωωωωωωωωωωωωααααα ααααααα᾽ι᾿"
    u"῀¨ηηη ηηεεηηη᾿᾿᾿ιιιι  ιιιιιι ῾῾῾υυυυρρυυυυυυρ¨¨`  ωωω ωωοοωωω´῾ ";

char32_t without_accent(char32_t c) noexcept {
    struct Block {
        char32_t first;
        std::u16string_view letters;
    };
    static constexpr Block kBlocks[]{
        {0xc0, kLatin}, {0x370, kGreekAndCyrillic}, {0x1e00, kLatinAndGreekWithMarks}};
    for (const auto& block : kBlocks)
        if (c >= block.first && c - block.first < block.letters.size())
            return block.letters[c - block.first] == u' ' ? c : block.letters[c - block.first];
    return c;
}

// What stands for a character that one letter does not: two of them, or nothing.
std::optional<std::string_view> other_spelling(char32_t c) noexcept {
    if (c >= 0x300 && c <= 0x36f) return "";
    switch (c) {
        case U'æ':
            return "ae";
        case U'œ':
            return "oe";
        case U'ß':
            return "ss";
        case U'þ':
            return "th";
        case U'ĳ':
            return "ij";
        case U'ǆ':
        case U'ǳ':
            return "dz";
        case U'ǉ':
            return "lj";
        case U'ǌ':
            return "nj";
        case U'’':
        case U'‘':
        case U'ʼ':
            return "'";
        case 0x00a0:  // spaces that do not break
        case 0x202f:
            return " ";
        default:
            return std::nullopt;
    }
}

// Requires a character of the tables: two or three bytes.
void append(std::string& out, char32_t c) {
    const auto rest = [&](unsigned shift) { out += static_cast<char>(0x80 | ((c >> shift) & 0x3f)); };
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xc0 | (c >> 6));
        rest(0);
    } else {
        out += static_cast<char>(0xe0 | (c >> 12));
        rest(6);
        rest(0);
    }
}

// Takes the character at the front, and appends what stands for it.
void fold_one(std::string_view& rest, std::string& out) {
    const auto before = rest;
    const auto taken = take_utf8(rest);
    if (!taken) {
        out += rest.front();
        rest.remove_prefix(1);
        return;
    }
    const auto letter = without_accent(*taken);
    if (const auto other = other_spelling(letter))
        out += *other;
    else if (letter == *taken)
        out += before.substr(0, before.size() - rest.size());
    else
        append(out, letter);
}

}  // namespace

std::string fold(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const char c = text.front();
        if (static_cast<unsigned char>(c) >= 0x80) {
            fold_one(text, out);
            continue;
        }
        out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        text.remove_prefix(1);
    }
    return out;
}

}  // namespace stagecast
