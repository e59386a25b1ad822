//! Written by `scripts/gen-tables` from `data/countries.csv`; change the data, not this file.

/// The ICAO or ISO alpha-3 code of each country code, in order of the country code.
#[rustfmt::skip]
pub(crate) static ALPHA3: [(u16, &str); 264] = [
    (4, "AFG"),
    (8, "ALB"),
    (10, "ATA"),
    (12, "DZA"),
    (16, "ASM"),
    (20, "AND"),
    (24, "AGO"),
    (28, "ATG"),
    (31, "AZE"),
    (32, "ARG"),
    (36, "AUS"),
    (40, "AUT"),
    (44, "BHS"),
    (48, "BHR"),
    (50, "BGD"),
    (51, "ARM"),
    (52, "BRB"),
    (56, "BEL"),
    (60, "BMU"),
    (64, "BTN"),
    (68, "BOL"),
    (70, "BIH"),
    (72, "BWA"),
    (74, "BVT"),
    (76, "BRA"),
    (84, "BLZ"),
    (86, "IOT"),
    (90, "SLB"),
    (92, "VGB"),
    (96, "BRN"),
    (100, "BGR"),
    (104, "MMR"),
    (108, "BDI"),
    (112, "BLR"),
    (116, "KHM"),
    (120, "CMR"),
    (124, "CAN"),
    (132, "CPV"),
    (136, "CYM"),
    (140, "CAF"),
    (144, "LKA"),
    (148, "TCD"),
    (152, "CHL"),
    (156, "CHN"),
    (158, "TWN"),
    (162, "CXR"),
    (166, "CCK"),
    (170, "COL"),
    (174, "COM"),
    (175, "MYT"),
    (178, "COG"),
    (180, "COD"),
    (184, "COK"),
    (188, "CRI"),
    (191, "HRV"),
    (192, "CUB"),
    (196, "CYP"),
    (200, "CSK"),
    (203, "CZE"),
    (204, "BEN"),
    (208, "DNK"),
    (212, "DMA"),
    (214, "DOM"),
    (218, "ECU"),
    (222, "SLV"),
    (226, "GNQ"),
    (231, "ETH"),
    (232, "ERI"),
    (233, "EST"),
    (234, "FRO"),
    (238, "FLK"),
    (239, "SGS"),
    (242, "FJI"),
    (246, "FIN"),
    (248, "ALA"),
    (250, "FRA"),
    (254, "GUF"),
    (258, "PYF"),
    (260, "ATF"),
    (262, "DJI"),
    (266, "GAB"),
    (268, "GEO"),
    (270, "GMB"),
    (275, "PSE"),
    (276, "DEU"),
    (278, "DDR"),
    (288, "GHA"),
    (292, "GIB"),
    (296, "KIR"),
    (300, "GRC"),
    (304, "GRL"),
    (308, "GRD"),
    (312, "GLP"),
    (316, "GUM"),
    (320, "GTM"),
    (324, "GIN"),
    (328, "GUY"),
    (332, "HTI"),
    (334, "HMD"),
    (336, "VAT"),
    (340, "HND"),
    (344, "HKG"),
    (348, "HUN"),
    (352, "ISL"),
    (356, "IND"),
    (360, "IDN"),
    (364, "IRN"),
    (368, "IRQ"),
    (372, "IRL"),
    (376, "ISR"),
    (380, "ITA"),
    (384, "CIV"),
    (388, "JAM"),
    (392, "JPN"),
    (398, "KAZ"),
    (400, "JOR"),
    (404, "KEN"),
    (408, "PRK"),
    (410, "KOR"),
    (414, "KWT"),
    (417, "KGZ"),
    (418, "LAO"),
    (422, "LBN"),
    (426, "LSO"),
    (428, "LVA"),
    (430, "LBR"),
    (434, "LBY"),
    (438, "LIE"),
    (440, "LTU"),
    (442, "LUX"),
    (446, "MAC"),
    (450, "MDG"),
    (454, "MWI"),
    (458, "MYS"),
    (462, "MDV"),
    (466, "MLI"),
    (470, "MLT"),
    (474, "MTQ"),
    (478, "MRT"),
    (480, "MUS"),
    (484, "MEX"),
    (492, "MCO"),
    (496, "MNG"),
    (498, "MDA"),
    (499, "MNE"),
    (500, "MSR"),
    (504, "MAR"),
    (508, "MOZ"),
    (512, "OMN"),
    (516, "NAM"),
    (520, "NRU"),
    (524, "NPL"),
    (528, "NLD"),
    (531, "CUW"),
    (533, "ABW"),
    (534, "SXM"),
    (535, "BES"),
    (540, "NCL"),
    (548, "VUT"),
    (554, "NZL"),
    (558, "NIC"),
    (562, "NER"),
    (566, "NGA"),
    (570, "NIU"),
    (574, "NFK"),
    (578, "NOR"),
    (580, "MNP"),
    (581, "UMI"),
    (583, "FSM"),
    (584, "MHL"),
    (585, "PLW"),
    (586, "PAK"),
    (591, "PAN"),
    (598, "PNG"),
    (600, "PRY"),
    (604, "PER"),
    (608, "PHL"),
    (612, "PCN"),
    (616, "POL"),
    (620, "PRT"),
    (624, "GNB"),
    (626, "TLS"),
    (630, "PRI"),
    (634, "QAT"),
    (638, "REU"),
    (642, "ROU"),
    (643, "RUS"),
    (646, "RWA"),
    (652, "BLM"),
    (654, "SHN"),
    (659, "KNA"),
    (660, "AIA"),
    (662, "LCA"),
    (663, "MAF"),
    (666, "SPM"),
    (670, "VCT"),
    (674, "SMR"),
    (678, "STP"),
    (682, "SAU"),
    (686, "SEN"),
    (688, "SRB"),
    (690, "SYC"),
    (694, "SLE"),
    (702, "SGP"),
    (703, "SVK"),
    (704, "VNM"),
    (705, "SVN"),
    (706, "SOM"),
    (710, "ZAF"),
    (716, "ZWE"),
    (724, "ESP"),
    (728, "SSD"),
    (729, "SDN"),
    (732, "ESH"),
    (740, "SUR"),
    (744, "SJM"),
    (748, "SWZ"),
    (752, "SWE"),
    (756, "CHE"),
    (760, "SYR"),
    (762, "TJK"),
    (764, "THA"),
    (768, "TGO"),
    (772, "TKL"),
    (776, "TON"),
    (780, "TTO"),
    (784, "ARE"),
    (788, "TUN"),
    (792, "TUR"),
    (795, "TKM"),
    (796, "TCA"),
    (798, "TUV"),
    (800, "UGA"),
    (804, "UKR"),
    (807, "MKD"),
    (810, "SUN"),
    (818, "EGY"),
    (826, "GBR"),
    (831, "GGY"),
    (832, "JEY"),
    (833, "IMN"),
    (834, "TZA"),
    (840, "USA"),
    (850, "VIR"),
    (854, "BFA"),
    (858, "URY"),
    (860, "UZB"),
    (862, "VEN"),
    (876, "WLF"),
    (882, "WSM"),
    (887, "YEM"),
    (890, "YUG"),
    (891, "SCG"),
    (894, "ZMB"),
    (901, "RKS"),
    (902, "UNO"),
    (903, "EUE"),
    (904, "XXA"),
    (905, "XXB"),
    (906, "XXC"),
    (907, "XXX"),
    (908, "XOM"),
    (909, "XPO"),
    (910, "XCC"),
];

/// Words of one to three Latin letters, five bits a letter, and their country codes.
#[rustfmt::skip]
pub(crate) static SHORT: [(u16, u16); 535] = [
    (4, 276), // d
    (36, 20), // ad
    (37, 784), // ae
    (38, 4), // af
    (39, 28), // ag
    (41, 660), // ai
    (44, 8), // al
    (45, 51), // am
    (47, 24), // ao
    (49, 10), // aq
    (50, 32), // ar
    (51, 16), // as
    (52, 40), // at
    (53, 36), // au
    (55, 533), // aw
    (56, 248), // ax
    (58, 31), // az
    (65, 70), // ba
    (66, 52), // bb
    (68, 50), // bd
    (69, 56), // be
    (70, 854), // bf
    (71, 100), // bg
    (72, 48), // bh
    (73, 108), // bi
    (74, 204), // bj
    (76, 652), // bl
    (77, 60), // bm
    (78, 96), // bn
    (79, 68), // bo
    (81, 535), // bq
    (82, 76), // br
    (83, 44), // bs
    (84, 64), // bt
    (86, 74), // bv
    (87, 72), // bw
    (89, 112), // by
    (90, 84), // bz
    (97, 124), // ca
    (99, 166), // cc
    (100, 180), // cd
    (102, 140), // cf
    (103, 178), // cg
    (104, 756), // ch
    (105, 384), // ci
    (107, 184), // ck
    (108, 152), // cl
    (109, 120), // cm
    (110, 156), // cn
    (111, 170), // co
    (114, 188), // cr
    (115, 891), // cs
    (117, 192), // cu
    (118, 132), // cv
    (119, 531), // cw
    (120, 162), // cx
    (121, 196), // cy
    (122, 203), // cz
    (132, 278), // dd
    (133, 276), // de
    (138, 262), // dj
    (139, 208), // dk
    (141, 212), // dm
    (143, 214), // do
    (154, 12), // dz
    (163, 218), // ec
    (165, 233), // ee
    (167, 818), // eg
    (168, 732), // eh
    (178, 232), // er
    (179, 724), // es
    (180, 231), // et
    (181, 903), // eu
    (201, 246), // fi
    (202, 242), // fj
    (203, 238), // fk
    (205, 583), // fm
    (207, 234), // fo
    (210, 250), // fr
    (225, 266), // ga
    (226, 826), // gb
    (228, 308), // gd
    (229, 268), // ge
    (230, 254), // gf
    (231, 831), // gg
    (232, 288), // gh
    (233, 292), // gi
    (236, 304), // gl
    (237, 270), // gm
    (238, 324), // gn
    (240, 312), // gp
    (241, 226), // gq
    (242, 300), // gr
    (243, 239), // gs
    (244, 320), // gt
    (245, 316), // gu
    (247, 624), // gw
    (249, 328), // gy
    (267, 344), // hk
    (269, 334), // hm
    (270, 340), // hn
    (274, 191), // hr
    (276, 332), // ht
    (277, 348), // hu
    (292, 360), // id
    (293, 372), // ie
    (300, 376), // il
    (301, 833), // im
    (302, 356), // in
    (303, 86), // io
    (305, 368), // iq
    (306, 364), // ir
    (307, 352), // is
    (308, 380), // it
    (325, 832), // je
    (333, 388), // jm
    (335, 400), // jo
    (336, 392), // jp
    (357, 404), // ke
    (359, 417), // kg
    (360, 116), // kh
    (361, 296), // ki
    (365, 174), // km
    (366, 659), // kn
    (368, 408), // kp
    (370, 410), // kr
    (375, 414), // kw
    (377, 136), // ky
    (378, 398), // kz
    (385, 418), // la
    (386, 422), // lb
    (387, 662), // lc
    (393, 438), // li
    (395, 144), // lk
    (402, 430), // lr
    (403, 426), // ls
    (404, 440), // lt
    (405, 442), // lu
    (406, 428), // lv
    (409, 434), // ly
    (417, 504), // ma
    (419, 492), // mc
    (420, 498), // md
    (421, 499), // me
    (422, 663), // mf
    (423, 450), // mg
    (424, 584), // mh
    (427, 807), // mk
    (428, 466), // ml
    (429, 104), // mm
    (430, 496), // mn
    (431, 446), // mo
    (432, 580), // mp
    (433, 474), // mq
    (434, 478), // mr
    (435, 500), // ms
    (436, 470), // mt
    (437, 480), // mu
    (438, 462), // mv
    (439, 454), // mw
    (440, 484), // mx
    (441, 458), // my
    (442, 508), // mz
    (449, 516), // na
    (451, 540), // nc
    (453, 562), // ne
    (454, 574), // nf
    (455, 566), // ng
    (457, 558), // ni
    (460, 528), // nl
    (463, 578), // no
    (464, 524), // np
    (466, 520), // nr
    (469, 570), // nu
    (474, 554), // nz
    (493, 512), // om
    (513, 591), // pa
    (517, 604), // pe
    (518, 258), // pf
    (519, 598), // pg
    (520, 608), // ph
    (523, 586), // pk
    (524, 616), // pl
    (525, 666), // pm
    (526, 612), // pn
    (530, 630), // pr
    (531, 275), // ps
    (532, 620), // pt
    (535, 585), // pw
    (537, 600), // py
    (545, 634), // qa
    (581, 638), // re
    (582, 643), // rf
    (591, 642), // ro
    (595, 688), // rs
    (597, 643), // ru
    (599, 646), // rw
    (609, 682), // sa
    (610, 90), // sb
    (611, 690), // sc
    (612, 729), // sd
    (613, 752), // se
    (615, 702), // sg
    (616, 654), // sh
    (617, 705), // si
    (618, 744), // sj
    (619, 703), // sk
    (620, 694), // sl
    (621, 674), // sm
    (622, 686), // sn
    (623, 706), // so
    (626, 740), // sr
    (627, 728), // ss
    (628, 678), // st
    (629, 810), // su
    (630, 222), // sv
    (632, 534), // sx
    (633, 760), // sy
    (634, 748), // sz
    (643, 796), // tc
    (644, 148), // td
    (646, 260), // tf
    (647, 768), // tg
    (648, 764), // th
    (650, 762), // tj
    (651, 772), // tk
    (652, 626), // tl
    (653, 795), // tm
    (654, 788), // tn
    (655, 776), // to
    (658, 792), // tr
    (660, 780), // tt
    (662, 798), // tv
    (663, 158), // tw
    (666, 834), // tz
    (673, 804), // ua
    (679, 800), // ug
    (683, 826), // uk
    (685, 581), // um
    (686, 902), // un
    (691, 840), // us
    (697, 858), // uy
    (698, 860), // uz
    (705, 336), // va
    (707, 670), // vc
    (709, 862), // ve
    (711, 92), // vg
    (713, 850), // vi
    (718, 704), // vn
    (725, 548), // vu
    (742, 876), // wf
    (755, 882), // ws
    (779, 901), // xk
    (805, 887), // ye
    (820, 175), // yt
    (821, 890), // yu
    (833, 710), // za
    (845, 894), // zm
    (855, 716), // zw
    (1111, 533), // abw
    (1223, 4), // afg
    (1263, 24), // ago
    (1313, 660), // aia
    (1409, 248), // ala
    (1410, 8), // alb
    (1476, 20), // and
    (1605, 784), // are
    (1607, 32), // arg
    (1613, 51), // arm
    (1645, 16), // asm
    (1665, 10), // ata
    (1670, 260), // atf
    (1671, 28), // atg
    (1715, 36), // aus
    (1716, 40), // aut
    (1861, 31), // aze
    (2185, 108), // bdi
    (2220, 56), // bel
    (2222, 204), // ben
    (2227, 535), // bes
    (2241, 854), // bfa
    (2276, 50), // bgd
    (2290, 100), // bgr
    (2322, 48), // bhr
    (2323, 44), // bhs
    (2344, 70), // bih
    (2445, 652), // blm
    (2450, 112), // blr
    (2458, 84), // blz
    (2485, 60), // bmu
    (2540, 68), // bol
    (2625, 76), // bra
    (2626, 52), // brb
    (2638, 96), // brn
    (2702, 64), // btn
    (2772, 74), // bvt
    (2785, 72), // bwa
    (3110, 140), // caf
    (3118, 124), // can
    (3179, 166), // cck
    (3333, 756), // che
    (3340, 152), // chl
    (3342, 156), // chn
    (3382, 384), // civ
    (3506, 120), // cmr
    (3556, 180), // cod
    (3559, 178), // cog
    (3563, 184), // cok
    (3564, 170), // col
    (3565, 174), // com
    (3606, 132), // cpv
    (3657, 188), // cri
    (3691, 200), // csk
    (3746, 192), // cub
    (3767, 531), // cuw
    (3858, 162), // cxr
    (3885, 136), // cym
    (3888, 196), // cyp
    (3909, 203), // cze
    (4242, 278), // ddr
    (4277, 276), // deu
    (4425, 262), // dji
    (4513, 212), // dma
    (4555, 208), // dnk
    (4589, 214), // dom
    (4929, 12), // dza
    (5237, 218), // ecu
    (5369, 818), // egy
    (5705, 232), // eri
    (5736, 732), // esh
    (5744, 724), // esp
    (5748, 233), // est
    (5768, 231), // eth
    (5797, 903), // eue
    (6446, 246), // fin
    (6473, 242), // fji
    (6539, 238), // flk
    (6721, 250), // fra
    (6735, 234), // fro
    (6765, 583), // fsm
    (7202, 266), // gab
    (7236, 826), // gbd
    (7246, 826), // gbn
    (7247, 826), // gbo
    (7248, 826), // gbp
    (7250, 826), // gbr
    (7251, 826), // gbs
    (7314, 278), // gdr
    (7343, 268), // geo
    (7417, 831), // ggy
    (7425, 288), // gha
    (7458, 292), // gib
    (7470, 324), // gin
    (7568, 312), // glp
    (7586, 270), // gmb
    (7618, 624), // gnb
    (7633, 226), // gnq
    (7747, 300), // grc
    (7748, 308), // grd
    (7756, 304), // grl
    (7821, 320), // gtm
    (7846, 254), // guf
    (7853, 316), // gum
    (7865, 328), // guy
    (8551, 344), // hkg
    (8612, 334), // hmd
    (8644, 340), // hnd
    (8790, 191), // hrv
    (8841, 332), // hti
    (8878, 348), // hun
    (9358, 360), // idn
    (9646, 833), // imn
    (9668, 356), // ind
    (9716, 86), // iot
    (9804, 372), // irl
    (9806, 364), // irn
    (9809, 368), // irq
    (9836, 352), // isl
    (9842, 376), // isr
    (9857, 380), // ita
    (10285, 388), // jam
    (10425, 832), // jey
    (10738, 400), // jor
    (10766, 392), // jpn
    (11322, 398), // kaz
    (11438, 404), // ken
    (11514, 417), // kgz
    (11533, 116), // khm
    (11570, 296), // kir
    (11713, 659), // kna
    (11762, 410), // kor
    (11873, 682), // ksa
    (12020, 414), // kwt
    (12335, 418), // lao
    (12366, 422), // lbn
    (12370, 430), // lbr
    (12377, 434), // lby
    (12385, 662), // lca
    (12581, 438), // lie
    (12641, 144), // lka
    (12911, 426), // lso
    (12949, 440), // ltu
    (12984, 442), // lux
    (12993, 428), // lva
    (13347, 446), // mac
    (13350, 663), // maf
    (13362, 504), // mar
    (13423, 492), // mco
    (13441, 498), // mda
    (13447, 450), // mdg
    (13462, 462), // mdv
    (13496, 484), // mex
    (13580, 584), // mhl
    (13668, 807), // mkd
    (13705, 466), // mli
    (13716, 470), // mlt
    (13746, 104), // mmr
    (13765, 499), // mne
    (13767, 496), // mng
    (13776, 580), // mnp
    (13818, 508), // moz
    (13908, 478), // mrt
    (13938, 500), // msr
    (13969, 474), // mtq
    (14003, 480), // mus
    (14057, 454), // mwi
    (14131, 458), // mys
    (14132, 175), // myt
    (14381, 516), // nam
    (14444, 540), // ncl
    (14514, 562), // ner
    (14539, 574), // nfk
    (14561, 566), // nga
    (14627, 558), // nic
    (14645, 570), // niu
    (14724, 528), // nld
    (14834, 578), // nor
    (14860, 524), // npl
    (14933, 520), // nru
    (15180, 554), // nzl
    (15790, 512), // omn
    (16427, 586), // pak
    (16430, 591), // pan
    (16494, 612), // pcn
    (16562, 604), // per
    (16652, 608), // phl
    (16791, 585), // plw
    (16839, 598), // png
    (16876, 616), // pol
    (16963, 156), // prc
    (16969, 630), // pri
    (16971, 408), // prk
    (16980, 620), // prt
    (16985, 600), // pry
    (16997, 275), // pse
    (17190, 258), // pyf
    (17460, 634), // qat
    (18613, 638), // reu
    (18803, 901), // rks
    (18933, 642), // rou
    (19123, 643), // rus
    (19169, 646), // rwa
    (19509, 682), // sau
    (19559, 891), // scg
    (19598, 729), // sdn
    (19630, 686), // sen
    (19696, 702), // sgp
    (19699, 239), // sgs
    (19726, 654), // shn
    (19789, 744), // sjm
    (19842, 90), // slb
    (19845, 694), // sle
    (19862, 222), // slv
    (19890, 674), // smr
    (19949, 706), // som
    (19981, 666), // spm
    (20034, 688), // srb
    (20068, 728), // ssd
    (20112, 678), // stp
    (20142, 810), // sun
    (20146, 740), // sur
    (20171, 703), // svk
    (20174, 705), // svn
    (20197, 752), // swe
    (20218, 748), // swz
    (20237, 534), // sxm
    (20259, 690), // syc
    (20274, 760), // syr
    (20577, 796), // tca
    (20580, 148), // tcd
    (20719, 768), // tgo
    (20737, 764), // tha
    (20811, 762), // tjk
    (20844, 772), // tkl
    (20845, 795), // tkm
    (20883, 626), // tls
    (20974, 776), // ton
    (21135, 780), // tto
    (21166, 788), // tun
    (21170, 792), // tur
    (21174, 798), // tuv
    (21230, 158), // twn
    (21313, 834), // tza
    (21541, 784), // uae
    (21729, 800), // uga
    (21874, 804), // ukr
    (21929, 581), // umi
    (21953, 902), // una
    (21963, 901), // unk
    (21967, 902), // uno
    (22105, 858), // ury
    (22113, 840), // usa
    (22338, 860), // uzb
    (22580, 336), // vat
    (22644, 670), // vct
    (22702, 862), // ven
    (22754, 92), // vgb
    (22834, 850), // vir
    (22989, 704), // vnm
    (23220, 548), // vut
    (23942, 876), // wlf
    (24173, 882), // wsm
    (24675, 910), // xcc
    (24952, 901), // xkx
    (25069, 908), // xom
    (25103, 909), // xpo
    (25345, 904), // xxa
    (25346, 905), // xxb
    (25347, 906), // xxc
    (25368, 907), // xxx
    (25773, 887), // yem
    (26279, 890), // yug
    (26662, 710), // zaf
    (27042, 894), // zmb
    (27365, 716), // zwe
];

/// All other words, squeezed, and their country codes.
#[rustfmt::skip]
pub(crate) static LONG: [(&str, u16); 1143] = [
    ("afghanistan", 4),
    ("albania", 8),
    ("algeria", 12),
    ("americansamoa", 16),
    ("andorra", 20),
    ("angola", 24),
    ("anguilla", 660),
    ("antarctica", 10),
    ("antiguaandbarbuda", 28),
    ("antiguabarbuda", 28),
    ("arabrepublicofegypt", 818),
    ("argentina", 32),
    ("argentinerepublic", 32),
    ("armenia", 51),
    ("aruba", 533),
    ("asylumseeker", 906),
    ("australia", 36),
    ("austria", 40),
    ("azerbaijan", 31),
    ("azerbaijanrepublic", 31),
    ("azərbaycan", 31),
    ("bahamas", 44),
    ("bahrain", 48),
    ("bangladesh", 50),
    ("barbados", 52),
    ("belarus", 112),
    ("belgium", 56),
    ("belize", 84),
    ("belorussia", 112),
    ("benin", 204),
    ("bermuda", 60),
    ("bhutan", 64),
    ("bolivarianrepublicofvenezuela", 862),
    ("bolivia", 68),
    ("boliviaplurinationalstateof", 68),
    ("bonairesinteustatiusandsaba", 535),
    ("bosniaandherzegovina", 70),
    ("bosniaherzegovina", 70),
    ("botswana", 72),
    ("bouvetisland", 74),
    ("brazil", 76),
    ("britishindianoceanterritory", 86),
    ("britishvirginislands", 92),
    ("brunei", 96),
    ("bruneidarussalam", 96),
    ("bulgaria", 100),
    ("burkinafaso", 854),
    ("burma", 104),
    ("burundi", 108),
    ("byelorussia", 112),
    ("caboverde", 132),
    ("cambodia", 116),
    ("cameroon", 120),
    ("canada", 124),
    ("capeverde", 132),
    ("caribbeancommunity", 910),
    ("caribbeannetherlands", 535),
    ("caricom", 910),
    ("caymanislands", 136),
    ("centralafricanrepublic", 140),
    ("chad", 148),
    ("chile", 152),
    ("china", 156),
    ("christmasisland", 162),
    ("cocoskeelingislands", 166),
    ("colombia", 170),
    ("commonwealthofdominica", 212),
    ("commonwealthofthebahamas", 44),
    ("commonwealthofthenorthernmarianaislands", 580),
    ("comoros", 174),
    ("congo", 178),
    ("congobrazzaville", 178),
    ("congodemocraticrepublicofthe", 180),
    ("congokinshasa", 180),
    ("congothedemocraticrepublicofthe", 180),
    ("cookislands", 184),
    ("costarica", 188),
    ("cotedivoire", 384),
    ("crnagora", 499),
    ("croatia", 191),
    ("cuba", 192),
    ("curaçao", 531),
    ("cyprus", 196),
    ("czechia", 203),
    ("czechoslovakia", 200),
    ("czechrepublic", 203),
    ("côtedivoire", 384),
    ("democraticpeoplesrepublicofkorea", 408),
    ("democraticrepublicofsaotomeandprincipe", 678),
    ("democraticrepublicofthecongo", 180),
    ("democraticrepublicoftimorleste", 626),
    ("democraticsocialistrepublicofsrilanka", 144),
    ("denmark", 208),
    ("deutschland", 276),
    ("djibouti", 262),
    ("dominica", 212),
    ("dominicanrepublic", 214),
    ("dprk", 408),
    ("drcongo", 180),
    ("easternrepublicofuruguay", 858),
    ("eastgermany", 278),
    ("easttimor", 626),
    ("ecuador", 218),
    ("egypt", 818),
    ("elsalvador", 222),
    ("equatorialguinea", 226),
    ("eritrea", 232),
    ("estonia", 233),
    ("eswatini", 748),
    ("ethiopia", 231),
    ("europeanunion", 903),
    ("falklandislands", 238),
    ("falklandislandsmalvinas", 238),
    ("faroeislands", 234),
    ("federaldemocraticrepublicofethiopia", 231),
    ("federaldemocraticrepublicofnepal", 524),
    ("federalrepublicofgermany", 276),
    ("federalrepublicofnigeria", 566),
    ("federalrepublicofsomalia", 706),
    ("federatedstatesofmicronesia", 583),
    ("federativerepublicofbrazil", 76),
    ("fiji", 242),
    ("finland", 246),
    ("france", 250),
    ("frenchguiana", 254),
    ("frenchpolynesia", 258),
    ("frenchrepublic", 250),
    ("frenchsouthernterritories", 260),
    ("gabon", 266),
    ("gaboneserepublic", 266),
    ("gambia", 270),
    ("georgia", 268),
    ("germandemocraticrepublic", 278),
    ("germany", 276),
    ("germanyfederalrepublicof", 276),
    ("ghana", 288),
    ("gibraltar", 292),
    ("grandduchyofluxembourg", 442),
    ("greatbritain", 826),
    ("greece", 300),
    ("greenland", 304),
    ("grenada", 308),
    ("guadeloupe", 312),
    ("guam", 316),
    ("guatemala", 320),
    ("guernsey", 831),
    ("guinea", 324),
    ("guineabissau", 624),
    ("guyana", 328),
    ("haiti", 332),
    ("hashemitekingdomofjordan", 400),
    ("heardandmcdonaldislands", 334),
    ("heardislandandmcdonaldislands", 334),
    ("heardmcdonaldislands", 334),
    ("hellenicrepublic", 300),
    ("holland", 528),
    ("holysee", 336),
    ("holyseevaticancitystate", 336),
    ("honduras", 340),
    ("hongkong", 344),
    ("hongkongsarchina", 344),
    ("hongkongspecialadministrativeregionofchina", 344),
    ("hungary", 348),
    ("iceland", 352),
    ("independentstateofpapuanewguinea", 598),
    ("independentstateofsamoa", 882),
    ("india", 356),
    ("indonesia", 360),
    ("interpol", 909),
    ("iran", 364),
    ("iranislamicrepublicof", 364),
    ("iraq", 368),
    ("ireland", 372),
    ("islamicrepublicofafghanistan", 4),
    ("islamicrepublicofiran", 364),
    ("islamicrepublicofmauritania", 478),
    ("islamicrepublicofpakistan", 586),
    ("isleofman", 833),
    ("israel", 376),
    ("italianrepublic", 380),
    ("italy", 380),
    ("ivorycoast", 384),
    ("jamaica", 388),
    ("japan", 392),
    ("jersey", 832),
    ("jordan", 400),
    ("kazakhstan", 398),
    ("kenya", 404),
    ("kingdomofbahrain", 48),
    ("kingdomofbelgium", 56),
    ("kingdomofbhutan", 64),
    ("kingdomofcambodia", 116),
    ("kingdomofdenmark", 208),
    ("kingdomofeswatini", 748),
    ("kingdomoflesotho", 426),
    ("kingdomofmorocco", 504),
    ("kingdomofnorway", 578),
    ("kingdomofsaudiarabia", 682),
    ("kingdomofspain", 724),
    ("kingdomofsweden", 752),
    ("kingdomofthailand", 764),
    ("kingdomofthenetherlands", 528),
    ("kingdomoftonga", 776),
    ("kirghizia", 417),
    ("kirgizstan", 417),
    ("kiribati", 296),
    ("korea", 410),
    ("koreademocraticpeoplesrepublicof", 408),
    ("korearepublicof", 410),
    ("kosovo", 901),
    ("kuwait", 414),
    ("kyrgyzrepublic", 417),
    ("kyrgyzstan", 417),
    ("laopeoplesdemocraticrepublic", 418),
    ("laos", 418),
    ("latvia", 428),
    ("lebaneserepublic", 422),
    ("lebanon", 422),
    ("lesotho", 426),
    ("liberia", 430),
    ("libya", 434),
    ("liechtenstein", 438),
    ("lithuania", 440),
    ("luxembourg", 442),
    ("macao", 446),
    ("macaosarchina", 446),
    ("macaospecialadministrativeregionofchina", 446),
    ("macau", 446),
    ("macedonia", 807),
    ("madagascar", 450),
    ("malawi", 454),
    ("malaysia", 458),
    ("maldives", 462),
    ("mali", 466),
    ("malta", 470),
    ("marshallislands", 584),
    ("martinique", 474),
    ("mauritania", 478),
    ("mauritius", 480),
    ("mayotte", 175),
    ("mexico", 484),
    ("micronesia", 583),
    ("micronesiafederatedstatesof", 583),
    ("moldova", 498),
    ("moldovarepublicof", 498),
    ("monaco", 492),
    ("mongolia", 496),
    ("montenegro", 499),
    ("montserrat", 500),
    ("morocco", 504),
    ("mozambique", 508),
    ("myanmar", 104),
    ("myanmarburma", 104),
    ("namibia", 516),
    ("nauru", 520),
    ("nepal", 524),
    ("netherlands", 528),
    ("newcaledonia", 540),
    ("newzealand", 554),
    ("nicaragua", 558),
    ("niger", 562),
    ("nigeria", 566),
    ("niue", 570),
    ("norfolkisland", 574),
    ("northernmarianaislands", 580),
    ("northkorea", 408),
    ("northmacedonia", 807),
    ("norway", 578),
    ("oman", 512),
    ("oʻzbekiston", 860),
    ("pakistan", 586),
    ("palau", 585),
    ("palestine", 275),
    ("palestinestateof", 275),
    ("palestinianterritories", 275),
    ("panama", 591),
    ("papuanewguinea", 598),
    ("paraguay", 600),
    ("peoplesdemocraticrepublicofalgeria", 12),
    ("peoplesrepublicofbangladesh", 50),
    ("peoplesrepublicofchina", 156),
    ("personofunspecifiednationality", 907),
    ("peru", 604),
    ("philippines", 608),
    ("pitcairn", 612),
    ("pitcairnislands", 612),
    ("plurinationalstateofbolivia", 68),
    ("poland", 616),
    ("portugal", 620),
    ("portugueserepublic", 620),
    ("prchina", 156),
    ("principalityofandorra", 20),
    ("principalityofliechtenstein", 438),
    ("principalityofmonaco", 492),
    ("puertorico", 630),
    ("qatar", 634),
    ("qazaqstan", 398),
    ("refugee", 905),
    ("refugee1951convention", 905),
    ("refugeeother", 906),
    ("republicofalbania", 8),
    ("republicofangola", 24),
    ("republicofarmenia", 51),
    ("republicofaustria", 40),
    ("republicofazerbaijan", 31),
    ("republicofbelarus", 112),
    ("republicofbenin", 204),
    ("republicofbosniaandherzegovina", 70),
    ("republicofbotswana", 72),
    ("republicofbulgaria", 100),
    ("republicofburundi", 108),
    ("republicofcaboverde", 132),
    ("republicofcameroon", 120),
    ("republicofchad", 148),
    ("republicofchile", 152),
    ("republicofcolombia", 170),
    ("republicofcostarica", 188),
    ("republicofcroatia", 191),
    ("republicofcuba", 192),
    ("republicofcyprus", 196),
    ("republicofcôtedivoire", 384),
    ("republicofdjibouti", 262),
    ("republicofecuador", 218),
    ("republicofelsalvador", 222),
    ("republicofequatorialguinea", 226),
    ("republicofestonia", 233),
    ("republicoffiji", 242),
    ("republicoffinland", 246),
    ("republicofghana", 288),
    ("republicofguatemala", 320),
    ("republicofguinea", 324),
    ("republicofguineabissau", 624),
    ("republicofguyana", 328),
    ("republicofhaiti", 332),
    ("republicofhonduras", 340),
    ("republicoficeland", 352),
    ("republicofindia", 356),
    ("republicofindonesia", 360),
    ("republicofiraq", 368),
    ("republicofkazakhstan", 398),
    ("republicofkenya", 404),
    ("republicofkiribati", 296),
    ("republicofkorea", 410),
    ("republicofkosovo", 901),
    ("republicoflatvia", 428),
    ("republicofliberia", 430),
    ("republicoflithuania", 440),
    ("republicofmadagascar", 450),
    ("republicofmalawi", 454),
    ("republicofmaldives", 462),
    ("republicofmali", 466),
    ("republicofmalta", 470),
    ("republicofmauritius", 480),
    ("republicofmoldova", 498),
    ("republicofmozambique", 508),
    ("republicofmyanmar", 104),
    ("republicofnamibia", 516),
    ("republicofnauru", 520),
    ("republicofnicaragua", 558),
    ("republicofnorthmacedonia", 807),
    ("republicofpalau", 585),
    ("republicofpanama", 591),
    ("republicofparaguay", 600),
    ("republicofperu", 604),
    ("republicofpoland", 616),
    ("republicofsanmarino", 674),
    ("republicofsenegal", 686),
    ("republicofserbia", 688),
    ("republicofseychelles", 690),
    ("republicofsierraleone", 694),
    ("republicofsingapore", 702),
    ("republicofslovenia", 705),
    ("republicofsouthafrica", 710),
    ("republicofsouthsudan", 728),
    ("republicofsuriname", 740),
    ("republicoftajikistan", 762),
    ("republicofthecongo", 178),
    ("republicofthegambia", 270),
    ("republicofthemarshallislands", 584),
    ("republicoftheniger", 562),
    ("republicofthephilippines", 608),
    ("republicofthesudan", 729),
    ("republicoftrinidadandtobago", 780),
    ("republicoftunisia", 788),
    ("republicofturkey", 792),
    ("republicoftürkiye", 792),
    ("republicofuganda", 800),
    ("republicofuzbekistan", 860),
    ("republicofvanuatu", 548),
    ("republicofyemen", 887),
    ("republicofzambia", 894),
    ("republicofzimbabwe", 716),
    ("romania", 642),
    ("rumania", 642),
    ("russia", 643),
    ("russianfederation", 643),
    ("rwanda", 646),
    ("rwandeserepublic", 646),
    ("réunion", 638),
    ("saintbarthélemy", 652),
    ("sainthelenaascensionandtristandacunha", 654),
    ("saintkittsandnevis", 659),
    ("saintlucia", 662),
    ("saintmartinfrenchpart", 663),
    ("saintpierreandmiquelon", 666),
    ("saintvincentandthegrenadines", 670),
    ("samoa", 882),
    ("sanmarino", 674),
    ("saotomeandprincipe", 678),
    ("saudiarabia", 682),
    ("senegal", 686),
    ("serbia", 688),
    ("serbiaandmontenegro", 891),
    ("seychelles", 690),
    ("sierraleone", 694),
    ("singapore", 702),
    ("sintmaarten", 534),
    ("sintmaartendutchpart", 534),
    ("slovakia", 703),
    ("slovakrepublic", 703),
    ("slovenia", 705),
    ("socialistrepublicofvietnam", 704),
    ("solomonislands", 90),
    ("somalia", 706),
    ("southafrica", 710),
    ("southgeorgiaandsouthsandwichislands", 239),
    ("southgeorgiaandthesouthsandwichislands", 239),
    ("southgeorgiasouthsandwichislands", 239),
    ("southkorea", 410),
    ("southsudan", 728),
    ("sovereignmilitaryorderofmalta", 908),
    ("sovietunion", 810),
    ("spain", 724),
    ("srilanka", 144),
    ("stateless", 904),
    ("statelessperson", 904),
    ("stateofisrael", 376),
    ("stateofkuwait", 414),
    ("stateofpalestine", 275),
    ("stateofqatar", 634),
    ("stbarthélemy", 652),
    ("sthelena", 654),
    ("stkittsandnevis", 659),
    ("stkittsnevis", 659),
    ("stlucia", 662),
    ("stmartin", 663),
    ("stpierreandmiquelon", 666),
    ("stpierremiquelon", 666),
    ("stvincentandgrenadines", 670),
    ("stvincentgrenadines", 670),
    ("sudan", 729),
    ("sultanateofoman", 512),
    ("suriname", 740),
    ("svalbardandjanmayen", 744),
    ("svalbardjanmayen", 744),
    ("swaziland", 748),
    ("sweden", 752),
    ("swissconfederation", 756),
    ("switzerland", 756),
    ("syria", 760),
    ("syrianarabrepublic", 760),
    ("sãotoméandpríncipe", 678),
    ("sãotomépríncipe", 678),
    ("tadjikistan", 762),
    ("taiwan", 158),
    ("taiwanprovinceofchina", 158),
    ("tajikistan", 762),
    ("tanzania", 834),
    ("tanzaniaunitedrepublicof", 834),
    ("thailand", 764),
    ("thenetherlands", 528),
    ("thestateoferitrea", 232),
    ("thestateofpalestine", 275),
    ("timorleste", 626),
    ("togo", 768),
    ("togoleserepublic", 768),
    ("tojikiston", 762),
    ("tokelau", 772),
    ("tonga", 776),
    ("trinidadandtobago", 780),
    ("trinidadtobago", 780),
    ("tunisia", 788),
    ("turkey", 792),
    ("turkiye", 792),
    ("turkmenia", 795),
    ("turkmenistan", 795),
    ("turksandcaicosislands", 796),
    ("turkscaicosislands", 796),
    ("tuvalu", 798),
    ("türkiye", 792),
    ("uganda", 800),
    ("ukraine", 804),
    ("unionofthecomoros", 174),
    ("unitedarabemirates", 784),
    ("unitedkingdom", 826),
    ("unitedkingdomofgreatbritainandnorthernireland", 826),
    ("unitedmexicanstates", 484),
    ("unitednations", 902),
    ("unitedrepublicoftanzania", 834),
    ("unitedstates", 840),
    ("unitedstatesminoroutlyingislands", 581),
    ("unitedstatesofamerica", 840),
    ("unspecified", 907),
    ("unspecifiednationality", 907),
    ("uruguay", 858),
    ("usoutlyingislands", 581),
    ("ussr", 810),
    ("usvirginislands", 850),
    ("uzbekistan", 860),
    ("vanuatu", 548),
    ("vaticancity", 336),
    ("venezuela", 862),
    ("venezuelabolivarianrepublicof", 862),
    ("vietnam", 704),
    ("virginislandsbritish", 92),
    ("virginislandsoftheunitedstates", 850),
    ("virginislandsus", 850),
    ("wallisandfutuna", 876),
    ("wallisfutuna", 876),
    ("westernsahara", 732),
    ("yemen", 887),
    ("yugoslavia", 890),
    ("zambia", 894),
    ("zimbabwe", 716),
    ("ålandislands", 248),
    ("австралия", 36),
    ("австрийскаяреспублика", 40),
    ("австрия", 40),
    ("ажа", 904),
    ("азаматтығыанықталмаған", 907),
    ("азаматтығыжоқ", 904),
    ("азаматтығыжоқадам", 904),
    ("азаматтығыжоқтұлға", 904),
    ("азербайджан", 31),
    ("азербайджанскаяреспублика", 31),
    ("азербайжан", 31),
    ("аландаралдары", 248),
    ("аландскиеострова", 248),
    ("албания", 8),
    ("алжир", 12),
    ("алжирскаянароднаядемократическаяреспублика", 12),
    ("америка", 840),
    ("америкалықсамоа", 16),
    ("американскоесамоа", 16),
    ("америкақұрамаштаттары", 840),
    ("ангилья", 660),
    ("англия", 826),
    ("ангола", 24),
    ("андорра", 20),
    ("андр", 12),
    ("антарктида", 10),
    ("антигуажәнебарбуда", 28),
    ("антигуаибарбуда", 28),
    ("аомынь", 446),
    ("апатрид", 904),
    ("арабскаяреспубликаегипет", 818),
    ("арабскаяреспубликаегипетаре", 818),
    ("аргентина", 32),
    ("аргентинскаяреспублика", 32),
    ("армения", 51),
    ("армянскаяреспублика", 51),
    ("аруба", 533),
    ("аустралия", 36),
    ("аустрия", 40),
    ("ауғанстан", 4),
    ("афганистан", 4),
    ("афғанстан", 4),
    ("ақш", 840),
    ("ақштыңвиргинаралдары", 850),
    ("ақштыңсыртқыкішіаралдары", 581),
    ("багамаралдары", 44),
    ("багамскиеострова", 44),
    ("багамы", 44),
    ("бангладеш", 50),
    ("барбадос", 52),
    ("батыссахара", 732),
    ("бахрейн", 48),
    ("баә", 784),
    ("бг", 904),
    ("беженец", 905),
    ("беженециной", 906),
    ("безгражданства", 904),
    ("беларусь", 112),
    ("беларусьреспубликасы", 112),
    ("белиз", 84),
    ("белоруссия", 112),
    ("бельгия", 56),
    ("бенин", 204),
    ("берегслоновойкости", 384),
    ("бермударалдары", 60),
    ("бермудскиеострова", 60),
    ("бирма", 104),
    ("болгария", 100),
    ("боливарианскаяреспубликавенесуэла", 862),
    ("боливия", 68),
    ("бонэйрсинтэстатиусжәнесаба", 535),
    ("бонэйрсинтэстатиусисаба", 535),
    ("босния", 70),
    ("босниягерцеговина", 70),
    ("боснияжәнегерцеговина", 70),
    ("боснияигерцеговина", 70),
    ("босқын", 905),
    ("босқынбасқа", 906),
    ("ботсвана", 72),
    ("бразилия", 76),
    ("британдықвиргинаралдары", 92),
    ("британия", 826),
    ("британскаятерриториявиндийскомокеане", 86),
    ("британскиевиргинскиеострова", 92),
    ("бруней", 96),
    ("брунейдаруссалам", 96),
    ("бувеаралы", 74),
    ("буркинафасо", 854),
    ("бурунди", 108),
    ("бутан", 64),
    ("бюрм", 807),
    ("біріккенарабэмираттары", 784),
    ("біріккенарабәмірліктері", 784),
    ("біріккенұлттарұйымы", 902),
    ("бұұ", 902),
    ("вануату", 548),
    ("ватикан", 336),
    ("великобритания", 826),
    ("венгерскаяреспублика", 348),
    ("венгрия", 348),
    ("венесуэла", 862),
    ("виргинскиеостровавеликобритания", 92),
    ("виргинскиеостровасша", 850),
    ("внешниемалыеостровасша", 581),
    ("восточныйтимор", 626),
    ("вьетнам", 704),
    ("вьетнамсоциалистікреспубликасы", 704),
    ("габон", 266),
    ("гаити", 332),
    ("гайана", 328),
    ("гамбия", 270),
    ("гана", 288),
    ("гваделупа", 312),
    ("гватемала", 320),
    ("гвинейскаяреспублика", 324),
    ("гвинея", 324),
    ("гвинеябисау", 624),
    ("гдр", 278),
    ("германия", 276),
    ("германскаядемократическаяреспублика", 278),
    ("гернси", 831),
    ("гибралтар", 292),
    ("голландия", 528),
    ("гондурас", 340),
    ("гонконг", 344),
    ("гонконгсар", 344),
    ("гонконгсянган", 344),
    ("государствоизраиль", 376),
    ("государствокатар", 634),
    ("государствокувейт", 414),
    ("государстволивия", 434),
    ("государствопалестина", 275),
    ("государствоэритрея", 232),
    ("гражданствонеопределено", 907),
    ("грекия", 300),
    ("гренада", 308),
    ("гренландия", 304),
    ("греция", 300),
    ("греческаяреспублика", 300),
    ("грузия", 268),
    ("грузияреспубликасы", 268),
    ("гуам", 316),
    ("гфр", 276),
    ("дания", 208),
    ("демократическаяреспубликаконго", 180),
    ("демократическаясоциалистическаяреспубликашриланка", 144),
    ("джерси", 832),
    ("джибути", 262),
    ("доминика", 212),
    ("доминиканреспубликасы", 214),
    ("доминиканскаяреспублика", 214),
    ("дрк", 180),
    ("дрконго", 180),
    ("европейскийсоюз", 903),
    ("евросоюз", 903),
    ("египет", 818),
    ("ес", 903),
    ("еуропалықодақ", 903),
    ("жапон", 392),
    ("жапония", 392),
    ("жаңазеландия", 554),
    ("жаңакаледония", 540),
    ("заир", 180),
    ("замбия", 894),
    ("западнаясахара", 732),
    ("зимбабве", 716),
    ("израиль", 376),
    ("израильмемлекеті", 376),
    ("индия", 356),
    ("индонезия", 360),
    ("интерпол", 909),
    ("иордания", 400),
    ("иорданскоехашимитскоекоролевство", 400),
    ("ирак", 368),
    ("иран", 364),
    ("иранисламреспубликасы", 364),
    ("ирландия", 372),
    ("ирландскаяреспублика", 372),
    ("исламскаяреспубликаафганистан", 4),
    ("исламскаяреспубликаиран", 364),
    ("исламскаяреспубликамавритания", 478),
    ("исламскаяреспубликапакистан", 586),
    ("исламскийэмиратафганистан", 4),
    ("исландия", 352),
    ("испания", 724),
    ("италия", 380),
    ("итальянскаяреспублика", 380),
    ("йемен", 887),
    ("йеменскаяреспублика", 887),
    ("кабоверде", 132),
    ("казакстан", 398),
    ("казахскаясср", 398),
    ("казахстан", 398),
    ("кайманаралдары", 136),
    ("камбоджа", 116),
    ("камерун", 120),
    ("канада", 124),
    ("карибскоесообщество", 910),
    ("карибқауымдастығы", 910),
    ("катар", 634),
    ("кения", 404),
    ("кеңесодағы", 810),
    ("кипр", 196),
    ("киргизия", 417),
    ("киргизскаяреспублика", 417),
    ("киргизскаясср", 417),
    ("киргизстан", 417),
    ("кирибати", 296),
    ("китай", 156),
    ("китайскаянароднаяреспублика", 156),
    ("китайскаяреспублика", 158),
    ("кндр", 408),
    ("кнр", 156),
    ("княжествоандорра", 20),
    ("княжестволихтенштейн", 438),
    ("княжествомонако", 492),
    ("кокоскилингаралдары", 166),
    ("кокосовыеострова", 166),
    ("колумбия", 170),
    ("комораралдары", 174),
    ("коморскиеострова", 174),
    ("коморы", 174),
    ("конго", 178),
    ("конгобраззавиль", 178),
    ("конгобраззавильреспубликасы", 178),
    ("конгодемократическаяреспублика", 180),
    ("конгодемократиялықреспубликасы", 180),
    ("конгодр", 180),
    ("конгокиншаса", 180),
    ("конгореспубликасы", 178),
    ("кооперативнаяреспубликагайана", 328),
    ("корейскаянароднодемократическаяреспублика", 408),
    ("корея", 410),
    ("кореяреспублика", 410),
    ("кореяреспубликасы", 410),
    ("кореяхалықдемократиялықреспубликасы", 408),
    ("королевствобахрейн", 48),
    ("королевствобельгия", 56),
    ("королевствобутан", 64),
    ("королевстводания", 208),
    ("королевствоиспания", 724),
    ("королевствокамбоджа", 116),
    ("королевствомарокко", 504),
    ("королевствонидерландов", 528),
    ("королевствонорвегия", 578),
    ("королевствосаудовскаяаравия", 682),
    ("королевствотаиланд", 764),
    ("королевствошвеция", 752),
    ("косово", 901),
    ("костарика", 188),
    ("котдивуар", 384),
    ("кса", 682),
    ("ксро", 810),
    ("куба", 192),
    ("кувейт", 414),
    ("кукаралдары", 184),
    ("кхдр", 408),
    ("кыргызреспубликасы", 417),
    ("кыргызскаяреспублика", 417),
    ("кыргызстан", 417),
    ("кюрасао", 531),
    ("лаос", 418),
    ("лаосскаянароднодемократическаяреспублика", 418),
    ("латвийскаяреспублика", 428),
    ("латвия", 428),
    ("лбг", 904),
    ("лесото", 426),
    ("либерия", 430),
    ("ливан", 422),
    ("ливанскаяреспублика", 422),
    ("ливийскаяарабскаяджамахирия", 434),
    ("ливия", 434),
    ("литва", 440),
    ("литовскаяреспублика", 440),
    ("лихтенштейн", 438),
    ("лицабезгражданства", 904),
    ("лицобезгражданства", 904),
    ("лицобезгражданствалбг", 904),
    ("лицоищущееубежище", 906),
    ("лицосостатусомбеженца", 905),
    ("лицосстатусомбеженца", 905),
    ("лндр", 418),
    ("люксембург", 442),
    ("маврикий", 480),
    ("мавритания", 478),
    ("мадагаскар", 450),
    ("мадагаскарреспубликасы", 450),
    ("мажарстан", 348),
    ("майотта", 175),
    ("макао", 446),
    ("макаоаәа", 446),
    ("макаосар", 446),
    ("македония", 807),
    ("малави", 454),
    ("малайзия", 458),
    ("мали", 466),
    ("мальдиваралдары", 462),
    ("мальдивскаяреспублика", 462),
    ("мальдивскиеострова", 462),
    ("мальдивы", 462),
    ("мальта", 470),
    ("мальтаордені", 908),
    ("мальтийскийорден", 908),
    ("марокко", 504),
    ("мартиника", 474),
    ("маршалларалдары", 584),
    ("маршалловыострова", 584),
    ("мексика", 484),
    ("мексиканскиесоединенныештаты", 484),
    ("микронезия", 583),
    ("многонациональноегосударствоболивия", 68),
    ("мнр", 496),
    ("мозамбик", 508),
    ("молдавия", 498),
    ("молдова", 498),
    ("монако", 492),
    ("монголия", 496),
    ("монголияхалықреспубликасы", 496),
    ("монтсеррат", 500),
    ("монғолия", 496),
    ("моңғолия", 496),
    ("мысыр", 818),
    ("мьянма", 104),
    ("мьянмабирма", 104),
    ("мэнаралы", 833),
    ("намибия", 516),
    ("народнаяреспубликабангладеш", 50),
    ("науру", 520),
    ("немісфедеративтікреспубликасы", 276),
    ("непал", 524),
    ("нигер", 562),
    ("нигерия", 566),
    ("нидерланд", 528),
    ("нидерланды", 528),
    ("никарагуа", 558),
    ("ниуэ", 570),
    ("новаязеландия", 554),
    ("новаякаледония", 540),
    ("норвегия", 578),
    ("норфолкаралы", 574),
    ("оар", 710),
    ("оаэ", 784),
    ("объединеннаяреспубликатанзания", 834),
    ("объединенныеарабскиеэмираты", 784),
    ("оман", 512),
    ("оон", 902),
    ("организацияобъединенныхнаций", 902),
    ("орталықафрикареспубликасы", 140),
    ("островазеленогомыса", 132),
    ("островакайман", 136),
    ("островакука", 184),
    ("островапиткэрн", 612),
    ("островатерксикайкос", 796),
    ("островахердимакдональд", 334),
    ("островбуве", 74),
    ("островмэн", 833),
    ("островнорфолк", 574),
    ("островрождества", 162),
    ("островсвелены", 654),
    ("островсвятойелены", 654),
    ("оңтүстікафрика", 710),
    ("оңтүстікафрикареспубликасы", 710),
    ("оңтүстікгеоргияжәнеоңтүстіксандвичаралдары", 239),
    ("оңтүстіккорея", 410),
    ("оңтүстіксудан", 728),
    ("пакистан", 586),
    ("пакистанисламреспубликасы", 586),
    ("палау", 585),
    ("палестина", 275),
    ("палестинааймақтары", 275),
    ("палестинскаяавтономия", 275),
    ("палестинскиетерритории", 275),
    ("панама", 591),
    ("панаіздеушіадам", 906),
    ("папскийпрестол", 336),
    ("папуажаңагвинея", 598),
    ("папуановаягвинея", 598),
    ("парагвай", 600),
    ("перу", 604),
    ("питкэрнаралдары", 612),
    ("польскаяреспублика", 616),
    ("польша", 616),
    ("португалия", 620),
    ("португальскаяреспублика", 620),
    ("пуэрторико", 630),
    ("пәкістан", 586),
    ("рб", 112),
    ("ресей", 643),
    ("ресейфедерациясы", 643),
    ("республикаазербайджан", 31),
    ("республикаалбания", 8),
    ("республикаармения", 51),
    ("республикабеларусь", 112),
    ("республикаболгария", 100),
    ("республикагрузия", 268),
    ("республикаджибути", 262),
    ("республикаиндия", 356),
    ("республикаиндонезия", 360),
    ("республикаирак", 368),
    ("республикаисландия", 352),
    ("республикаказахстан", 398),
    ("республикакипр", 196),
    ("республикаконго", 178),
    ("республикакорея", 410),
    ("республикакосово", 901),
    ("республикакуба", 192),
    ("республикамакедония", 807),
    ("республикамальта", 470),
    ("республикамолдова", 498),
    ("республикапольша", 616),
    ("республикасербия", 688),
    ("республикасингапур", 702),
    ("республикасловения", 705),
    ("республикатаджикистан", 762),
    ("республикатурция", 792),
    ("республикаузбекистан", 860),
    ("республикафиджи", 242),
    ("республикафилиппины", 608),
    ("республикахорватия", 191),
    ("республикаюжныйсудан", 728),
    ("реюньон", 638),
    ("рк", 398),
    ("рождествоаралы", 162),
    ("российскаяфедерация", 643),
    ("россия", 643),
    ("росфедерация", 643),
    ("рсфср", 643),
    ("руанда", 646),
    ("румыния", 642),
    ("рф", 643),
    ("сакартвело", 268),
    ("сальвадор", 222),
    ("самоа", 882),
    ("санмарино", 674),
    ("сантомежәнепринсипи", 678),
    ("сантомеипринсипи", 678),
    ("сар", 760),
    ("саударабия", 682),
    ("саударабиясы", 682),
    ("саудовскаяаравия", 682),
    ("свазиленд", 748),
    ("святойпрестол", 336),
    ("севернаякорея", 408),
    ("севернаямакедония", 807),
    ("северныемарианскиеострова", 580),
    ("сейшелы", 690),
    ("сейшельаралдары", 690),
    ("сейшельскиеострова", 690),
    ("сенбартелеми", 652),
    ("сенегал", 686),
    ("сенмартен", 663),
    ("сенпьержәнемикелон", 666),
    ("сенпьеримикелон", 666),
    ("сентвинсентжәнегренадинаралдары", 670),
    ("сентвинсентигренадины", 670),
    ("сенткитсжәненевис", 659),
    ("сенткитсиневис", 659),
    ("сентлюсия", 662),
    ("сербия", 688),
    ("сербияжәнечерногория", 891),
    ("сербияичерногория", 891),
    ("сингапур", 702),
    ("синтмартен", 534),
    ("сирийскаяарабскаяреспублика", 760),
    ("сирия", 760),
    ("сирияарабреспубликасы", 760),
    ("словакия", 703),
    ("словацкаяреспублика", 703),
    ("словения", 705),
    ("советскийсоюз", 810),
    ("соединенноекоролевство", 826),
    ("соединенноекоролевствовеликобританииисевернойирландии", 826),
    ("соединенныештаты", 840),
    ("соединенныештатыамерики", 840),
    ("соломонаралдары", 90),
    ("соломоновыострова", 90),
    ("солтүстіккорея", 408),
    ("солтүстікмакедония", 807),
    ("солтүстікмарианааралдары", 580),
    ("сомали", 706),
    ("социалистическаяреспубликавьетнам", 704),
    ("союзнаяреспубликаюгославия", 890),
    ("союзсоветскихсоциалистическихреспублик", 810),
    ("срв", 704),
    ("срю", 890),
    ("ссср", 810),
    ("суверенныйвоенныймальтийскийорден", 908),
    ("судан", 729),
    ("суринам", 740),
    ("сфрю", 890),
    ("сша", 840),
    ("сьерралеоне", 694),
    ("сянган", 344),
    ("сянганаәа", 344),
    ("таджикистан", 762),
    ("таджикскаясср", 762),
    ("таджикстан", 762),
    ("тажикстан", 762),
    ("таиланд", 764),
    ("тайвань", 158),
    ("тайванькитай", 158),
    ("танзания", 834),
    ("терксжәнекайкосаралдары", 796),
    ("терксикайкос", 796),
    ("тиморлесте", 626),
    ("тиморлешти", 626),
    ("того", 768),
    ("токелау", 772),
    ("тонга", 776),
    ("тоҷикистон", 762),
    ("тринидаджәнетобаго", 780),
    ("тринидадитобаго", 780),
    ("тувалу", 798),
    ("тунис", 788),
    ("тунисскаяреспублика", 788),
    ("турецкаяреспублика", 792),
    ("туркменистан", 795),
    ("туркмения", 795),
    ("туркменскаясср", 795),
    ("турция", 792),
    ("турцияреспубликасы", 792),
    ("түркия", 792),
    ("түркияреспубликасы", 792),
    ("түркменстан", 795),
    ("түрікменстан", 795),
    ("тәжікстан", 762),
    ("тәжікстанреспубликасы", 762),
    ("уганда", 800),
    ("узбекистан", 860),
    ("узбекскаясср", 860),
    ("узбекстан", 860),
    ("украина", 804),
    ("украинскаясср", 804),
    ("уоллисжәнефутуна", 876),
    ("уоллисифутуна", 876),
    ("уругвай", 858),
    ("фарераралдары", 234),
    ("фарерскиеострова", 234),
    ("федеративнаядемократическаяреспубликанепал", 524),
    ("федеративнаядемократическаяреспубликаэфиопия", 231),
    ("федеративнаяреспубликабразилия", 76),
    ("федеративнаяреспубликагермания", 276),
    ("федеративнаяреспубликанигерия", 566),
    ("федеративныештатымикронезии", 583),
    ("федерациямалайзии", 458),
    ("фиджи", 242),
    ("филиппинаралдары", 608),
    ("филиппины", 608),
    ("финляндия", 246),
    ("финляндскаяреспублика", 246),
    ("фолклендаралдары", 238),
    ("фолклендскиеострова", 238),
    ("франция", 250),
    ("францияныңоңтүстікаймақтары", 260),
    ("французгвианасы", 254),
    ("французполинезиясы", 258),
    ("французскаягвиана", 254),
    ("французскаяполинезия", 258),
    ("французскаяреспублика", 250),
    ("французскиеюжныеиантарктическиетерритории", 260),
    ("французскиеюжныетерритории", 260),
    ("фрг", 276),
    ("хердаралыжәнемакдональдаралдары", 334),
    ("хорватия", 191),
    ("цар", 140),
    ("цейлон", 144),
    ("центральноафриканскаяреспублика", 140),
    ("чад", 148),
    ("черногория", 499),
    ("чехия", 203),
    ("чехословакия", 200),
    ("чехословацкаясоциалистическаяреспублика", 200),
    ("чешскаяреспублика", 203),
    ("чили", 152),
    ("чсср", 200),
    ("швейцария", 756),
    ("швейцарскаяконфедерация", 756),
    ("швеция", 752),
    ("шпицбергенжәнеянмайен", 744),
    ("шпицбергениянмайен", 744),
    ("шриланка", 144),
    ("шығыстимор", 626),
    ("эквадор", 218),
    ("экваториальнаягвинея", 226),
    ("экваторлықгвинея", 226),
    ("эмираты", 784),
    ("эритрея", 232),
    ("эсватини", 748),
    ("эстония", 233),
    ("эстонскаяреспублика", 233),
    ("эфиопия", 231),
    ("юар", 710),
    ("югославия", 890),
    ("южнаягеоргияиюжныесандвичевыострова", 239),
    ("южнаякорея", 410),
    ("южноафриканскаяреспублика", 710),
    ("южныйсудан", 728),
    ("ямайка", 388),
    ("япония", 392),
    ("ўзбекистон", 860),
    ("қазақстан", 398),
    ("қазақстанреспубликасы", 398),
    ("қр", 398),
    ("қхр", 156),
    ("қырғызреспубликасы", 417),
    ("қырғызстан", 417),
    ("қытай", 156),
    ("қытайхалықреспубликасы", 156),
    ("құрамакорольдік", 826),
    ("үндімұхитындағыбританаймағы", 86),
    ("үндістан", 356),
    ("үндістанреспубликасы", 356),
    ("ұлыбритания", 826),
    ("әзербайжан", 31),
    ("әзірбайжан", 31),
    ("әулиееленааралы", 654),
    ("өзбекстан", 860),
    ("өзбекстанреспубликасы", 860),
];
