"""What song a video is of: titles as labels, artists and fans write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.video_titles import names_of

pytestmark = pytest.mark.broad


@pytest.mark.parametrize(
    ("video", "channel", "title", "artist"),
    [
        ("Adele - Hello (Official Music Video)", "AdeleVEVO", "Hello", "Adele"),
        ("Ed Sheeran - Shape of You (Official Music Video)", "Ed Sheeran", "Shape of You", "Ed Sheeran"),
        ("Coldplay - Yellow (Official Video) [4K]", "Coldplay Official", "Yellow", "Coldplay"),
        ("Arijit Singh - Tum Hi Ho (Official Video) | Aashiqui 2", "T-Series", "Tum Hi Ho", "Arijit Singh"),
        ("Anuv Jain – BAARISHEIN", "Anuv Jain", "BAARISHEIN", "Anuv Jain"),
        ("Brown Munde - AP Dhillon", "AP Dhillon", "Brown Munde", "AP Dhillon"),
        (
            "Queen – I Want It All (Official Video Remastered)",
            "Queen Official",
            "I Want It All",
            "Queen",
        ),
        ("a-ha - Take On Me (Official Video) [Remastered in 4K]", "a-ha", "Take On Me", "a-ha"),
        ("Someone- Song Name (Lyrics)", "7clouds", "Song Name", "Someone"),
    ],
)
def test_artist_and_title_with_a_dash(video: str, channel: str, title: str, artist: str) -> None:
    assert names_of(video, channel) == (title, artist)


@pytest.mark.parametrize(
    ("video", "channel", "title", "artist"),
    [
        ("Saanjh & Subah | Ira", "Ira Music", "Saanjh & Subah", "Ira"),
        ("Kesariya | Arijit Singh | Brahmastra", "Sony Music India", "Kesariya", "Arijit Singh"),
        ("Lahore (Full Video) | Guru Randhawa | Bhushan Kumar", "T-Series", "Lahore", "Guru Randhawa"),
        (
            "Kesariya - Brahmāstra | Ranbir Kapoor | Alia Bhatt | Pritam | Arijit Singh",
            "Sony Music India", "Kesariya", "",
        ),
        (
            "Kalank Title Track - Lyrical | Alia Bhatt , Varun Dhawan | Arijit Singh | Pritam",
            "Zee Music Company", "Kalank Title Track", "",
        ),
        ("Rowdy Baby (Video Song) | Maari 2 | Dhanush, Sai Pallavi", "Wunderbar Studios", "Rowdy Baby", ""),
        ("Lyrical: Raabta | Agent Vinod 2", "Pritam Music Label", "Raabta", ""),
        ('"Tum Hi Ho" Song Full Video | Aashiqui 2 | Music - Mithoon', "T-Series", "Tum Hi Ho", ""),
        ("Tum Hi Ho Aashiqui 2 Full Song With Lyrics", "T-Series", "Tum Hi Ho Aashiqui 2", ""),
        ("Kun Faya Kun Full Video Song Rockstar", "T-Series", "Kun Faya Kun", ""),
        ("Gerua - Full Audio Song", "SonyMusicIndiaVEVO", "Gerua", ""),
        ("Chaleya | Full Song | Latest Hindi Songs 2023", "T-Series", "Chaleya", ""),
        ("Srivalli | Singer: Sid Sriram | Music: DSP", "Aditya Music", "Srivalli", "Sid Sriram"),
        ("Full Video: Ghungroo | WAR 2", "YRF", "Ghungroo", ""),
        ("Pasoori | Ali Sethi x Shae Gill | Coke Studio | Season 14", "Coke Studio Pakistan",
         "Pasoori", "Ali Sethi x Shae Gill"),
        ("Kesariya | Arijit Singh | Brahmastra", "Somebody's uploads", "Kesariya", "Arijit Singh"),
        ("Kesariya (Lyric Video | Brahmastra)", "Arijit Singh", "Kesariya", "Arijit Singh"),
        ("Vaathi Coming Video Song | Master | Vijay | Anirudh", "Sony Music South", "Vaathi Coming", ""),
        ("Ghungroo (Full Video Song) War 2 | T-Series", "T-Series", "Ghungroo", ""),
        ("Excuses (Official Video) : AP Dhillon | Gurinder Gill", "Somebody", "Excuses", "AP Dhillon"),
        ("केसरिया | अरिजीत सिंह", "Sony Music India", "केसरिया", "अरिजीत सिंह"),
        ("Malare | मलरे", "Vijay Yesudas", "Malare", "Vijay Yesudas"),
    ],
)  # fmt: skip
def test_titles_of_indian_labels(video: str, channel: str, title: str, artist: str) -> None:
    assert names_of(video, channel) == (title, artist)


@pytest.mark.parametrize(
    ("video", "channel", "title", "artist"),
    [
        ("YOASOBI「アイドル」 Official Music Video", "Ayase / YOASOBI", "アイドル", "YOASOBI"),
        ("米津玄師 MV「Lemon」", "Kenshi Yonezu 米津玄師", "Lemon", "米津玄師"),
        ("【MV】夜に駆ける / YOASOBI", "YOASOBI", "夜に駆ける", "YOASOBI"),
        ("[MV] IU(아이유) _ Palette(팔레트)", "1theK (원더케이)", "Palette(팔레트)", "IU(아이유)"),
        ("BTS (방탄소년단) 'Dynamite' Official MV", "HYBE LABELS", "Dynamite", "BTS (방탄소년단)"),
        ('Rihanna - "Diamonds"', "Rihanna", "Diamonds", "Rihanna"),
        ('Kenny Rogers - The Gambler "Live"', "Kenny Rogers", 'The Gambler "Live"', "Kenny Rogers"),
        ("L'il·lusió", "Txarango", "L'il·lusió", "Txarango"),
        ("Кино - Группа крови (Официальный клип)", "Кино", "Группа крови", "Кино"),
        ("鄧麗君 - 月亮代表我的心【官方MV】", "Universal Music", "月亮代表我的心", "鄧麗君"),
    ],
)
def test_titles_from_elsewhere(video: str, channel: str, title: str, artist: str) -> None:
    assert names_of(video, channel) == (title, artist)


@pytest.mark.parametrize(
    ("video", "channel", "title", "artist"),
    [
        ("Tum Hi Ho", "Arijit Singh - Topic", "Tum Hi Ho", "Arijit Singh"),
        ('Kesariya (From "Brahmastra")', "Pritam - Topic", "Kesariya", "Pritam"),
        ('Kesariya (From "Brahmastra") - Dance Mix', "Pritam - Topic", "Kesariya - Dance Mix", "Pritam"),
        ("Symphony No. 5 - I. Allegro", "Various Artists - Topic", "Symphony No. 5 - I. Allegro", ""),
        ("Hello", "Adele", "Hello", "Adele"),
        ("Hello", "AdeleVEVO", "Hello", "Adele"),
        ("Tum Hi Ho", "ArijitSinghVEVO", "Tum Hi Ho", "Arijit Singh"),
        ("Zingaat", "Zee Music Company", "Zingaat", ""),
    ],
)
def test_channels_tell_who_sings(video: str, channel: str, title: str, artist: str) -> None:
    assert names_of(video, channel) == (title, artist)


@pytest.mark.parametrize(
    ("video", "title", "artist"),
    [
        ("Luis Fonsi - Despacito ft. Daddy Yankee", "Despacito", "Luis Fonsi, Daddy Yankee"),
        (
            "Mr. Ron - Uptown Funk (Official Video) ft. Bruno Mars",
            "Uptown Funk",
            "Mr. Ron, Bruno Mars",
        ),
        ("Someone - Night (feat. Any One) [Official Audio]", "Night", "Someone, Any One"),
    ],
)
def test_guests_are_artists(video: str, title: str, artist: str) -> None:
    assert names_of(video, "A channel") == (title, artist)


@pytest.mark.parametrize(
    "title",
    [
        "Redemption Song", "The Sound of Music", "Video Games", "Love Song", "Video Killed the Radio Star",
        "Song 2", "1979", "99 Luftballons", "Full Moon", "Your Song", "Full of Life", "Hello (Remix)",
        "Fix You (Live)",
        "Raabta (Female Version)", "Faded (Instrumental)", "Music", "Lyrics", "Official Video", "★", "4K",
        "Part-Time Lover",
        "Wake Me Up Before You Go-Go", "You're the One", "I ♥ You", "Hips Don't Lie 'Remix'",
        "Don't Stop 'Til You Get Enough", "Rock 'n' Roll",
    ],
)  # fmt: skip
def test_a_songs_own_words_stay(title: str) -> None:
    assert names_of(title, "Somebody") == (title, "Somebody")
    assert names_of(f"Somebody - {title} (Official Music Video)", "Somebody") == (title, "Somebody")


@pytest.mark.parametrize(
    ("video", "title"),
    [
        ("🎵 Kesariya 🎵 #shorts #arijit", "Kesariya"),
        ("Kesariya [4K] (Lyrics) {HD}", "Kesariya"),
        ("Kesariya (Official Video (4K))", "Kesariya"),
        ("Kesariya   OFFICIAL   VIDEO  ", "Kesariya"),
        ("Kesariya || Official Video || 2022", "Kesariya"),
        ("Kesariya Lyrical", "Kesariya"),
        ("", "Untitled"),
        ("\x00\n", "Untitled"),
        ("((()))", "((()))"),
    ],
)
def test_what_advertises_is_taken_away(video: str, title: str) -> None:
    assert names_of(video, "Arijit Singh")[0] == title


NOISY = st.lists(
    st.sampled_from(
        ["-", "|", "(", ")", "[", "]", "「", "」", '"', "'", "Official", "Video", "ft.", "feat.", "Lyrical:",
         "Song", "Ira", "तुम", "夜", "4K", "#x", "Singer:", "from", "/", "_", "·",
         "\x00", "\ud800", "2024"]
    ),
    max_size=12,
).map(" ".join)  # fmt: skip


@given(st.one_of(NOISY, st.text(max_size=120)), st.one_of(NOISY, st.text(max_size=40)))
def test_there_is_always_a_title(video: str, channel: str) -> None:
    title, artist = names_of(video, channel)
    assert title
    assert title == title.strip()
    assert artist == artist.strip()
    assert "\x00" not in title + artist
    (title + artist).encode()


@given(st.sampled_from(["(", "[", "「", "feat. ", "- ", "| ", "official ", "song ", "full "]))
def test_long_titles_are_read_at_once(piece: str) -> None:
    assert names_of(piece * 3000, "Somebody")[0]
